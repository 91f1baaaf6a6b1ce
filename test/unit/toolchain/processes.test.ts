import { expect, test } from 'vitest';
import { cleanEnvironment } from '../../../toolchain/testing/processes.js';

test('what `cove env` has put into the shell does not reach tests and judgements', () => {
  const kept = { PATH: '/bin', HOME: '/root', COVE_CACHE: '/cache', COVE_TEST_ALL: 'true' };
  const foreign = {
    COVE_HOME: '/a',
    COVE_CONFIG: 'b',
    PULUMI_STACK: 'c',
    PULUMI_CONFIG_PASSPHRASE_FILE: 'd',
  };
  expect(cleanEnvironment({ ...kept, ...foreign })).toEqual(kept);
});
