/**
 * `up` killed at random moments of every phase; the next one finishes the work.
 * The seed is printed; `COVE_SEED=n` repeats a run.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cove, coveOk, login, planInstallation } from '../support/installation.ts';
import { familyOf } from '../support/processes.ts';

const seed = Number(process.env.COVE_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** mulberry32: small, and the same on every machine. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
/** Seconds after the start within which a phase of a first `up` lies; each kill moves the work on. */
const WINDOWS = [1, 4, 7, 10, 14];
const ROUNDS = Number(process.env.COVE_KILL_ROUNDS ?? 4);

test(`up killed ${ROUNDS * WINDOWS.length} times (seed ${seed})`, async () => {
  console.log(`seed ${seed}`);
  const next = random(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const at = await planInstallation(`killed${round}`);
    for (const window of WINDOWS) {
      const delay = next() * window * 1000;
      await cove(at, ['up', '--yes'], {
        started: (pid) => {
          sleep(delay).then(() => {
            for (const member of familyOf(pid)) {
              try {
                process.kill(member, 'SIGKILL');
              } catch {
                // It ended by itself meanwhile.
              }
            }
          });
        },
      });
    }
    const finished = await coveOk(at, ['up', '--yes']);
    expect(finished.stdout).toContain('complete');
    expect((await login(at)).token).not.toBe('');
    expect(JSON.parse((await coveOk(at, ['up', '--yes', '--json'])).stdout).changes).toBe(0);
    await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
    await rm(at.home, { recursive: true, force: true });
  }
});
