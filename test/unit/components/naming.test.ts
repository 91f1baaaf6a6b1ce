import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as naming from '../../../components/naming.ts';
import { tagsOf } from '../../../components/tags.ts';
import { LONGEST_CLOUD_NAME } from '../../../config/load.ts';

const word = (max: number) => fc.stringMatching(/^[a-z][a-z0-9-]*$/).filter((text) => text.length <= max);
const installation = word(LONGEST_CLOUD_NAME);
const part = word(64);

test('no name is longer than its kind may be, and each says whose it is', () => {
  fc.assert(
    fc.property(installation, part, (name, what) => {
      for (const [made, limit] of [
        [naming.balancerName(name, what), 32],
        [naming.cacheName(name, what), 40],
        [naming.roleName(name, what), 64],
        [naming.physicalName(name, what), 63],
        [naming.bucketName(name, what, '123456789012', 'ap-southeast-1'), 63],
      ] as const) {
        expect(made.length).toBeLessThanOrEqual(limit);
        expect(made.startsWith(`cove-${name}-`)).toBe(true);
      }
    }),
  );
});

test('two parts never share a name, even where both are shortened', () => {
  fc.assert(
    fc.property(installation, part, part, (name, one, other) => {
      fc.pre(one !== other);
      expect(naming.cacheName(name, one)).not.toBe(naming.cacheName(name, other));
    }),
  );
});

test('names that we choose ourselves are never shortened', () => {
  const longest = 'a'.repeat(LONGEST_CLOUD_NAME);
  expect(naming.balancerName(longest, 'web')).toBe(`cove-${longest}-web`);
  expect(naming.bucketName(longest, 'data', '123456789012', 'ap-southeast-1')).toMatch(/ap-southeast-1$/);
});

test('what the operator adds never hides the tags that rights go by', () => {
  expect(tagsOf('prod', { installation: 'other', owner: 'me' })).toEqual({
    installation: 'prod',
    owner: 'me',
    'managed-by': 'cove',
    valohai: '1',
  });
});
