import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { READ_SECRETS, secretLines, splitSecrets } from '../../../../app/worker/executors/docker-secrets.ts';

/** As a container does it, whose standard input was given. */
const run = (shell: string, command: string, input: string) =>
  spawnSync(shell, ['-c', READ_SECRETS, shell, command], { input, env: { PATH: process.env.PATH } });

test.each(['/bin/sh', '/bin/bash'].filter(existsSync))(
  '%s sets them as they are, and reads no further',
  (shell) => {
    const value = fc.string({
      unit: fc.oneof(fc.constantFrom('\n', "'", '"', '\\', '$', '`', '.'), fc.string()),
    });
    fc.assert(
      fc.property(value, value, (A, _b) => {
        fc.pre(!/\0/.test(A + _b));
        const input = `${secretLines({ A, _b })}not for it`;
        const ran = run(shell, 'printenv A; printenv _b; cat', input);
        expect(ran.stdout.toString()).toBe(`${A}\n${_b}\n`);
      }),
      { numRuns: 15 },
    );
  },
);

test('without all of them the command does not begin', () => {
  const all = secretLines({ A: 'one\ntwo', B: 'three' });
  for (const length of [0, 1, 7, all.length - 2]) {
    const { status, stdout } = run('/bin/sh', 'echo begun', all.slice(0, length));
    expect([status, stdout.toString()]).toEqual([125, '']);
  }
  expect(run('/bin/sh', 'echo begun', all).stdout.toString()).toBe('begun\n');
});

test('hidden is what has a secret in it and a name that a shell can set', () => {
  const environment = { A: 'hush', URL: 'http://hush@host', B: 'plain', 'A-B': 'hush' };
  expect(splitSecrets(environment, ['hush', ''])).toEqual({
    hidden: { A: 'hush', URL: 'http://hush@host' },
    told: { B: 'plain', 'A-B': 'hush' },
  });
  expect(splitSecrets(environment).told).toEqual(environment);
});
