/** Before the engine starts: nobody else may be at work, and what a killed run left behind is cleared away. */
import { setTimeout as delay } from 'node:timers/promises';
import { needsAPerson } from '../errors.ts';
import { declined, type Io } from '../io.ts';
import { judgeHolder, type LockFile } from './lock.ts';
import type { StateStore } from './state-store.ts';

/** An engine whose `cove` was killed ends by itself within seconds. */
const PATIENCE_MS = 20_000;

/** Waits for a living holder for a while, takes a dead one's lock after asking. */
export async function takeStack(io: Io, state: StateStore, name: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let told = false;
  for (;;) {
    const locks = await state.locks(name);
    const stale = locks.filter((lock) => judgeHolder(lock) === 'dead');
    const living = locks.filter((lock) => judgeHolder(lock) !== 'dead');
    if (locks.length === 0) return;
    if (living.length === 0) return takeOver(io, state, stale, name);
    const holder = describe(living[0]!);
    if (Date.now() > deadline) {
      const isElsewhere = judgeHolder(living[0]!) === 'elsewhere';
      throw needsAPerson(
        `Installation "${name}" is being changed by ${holder}.`,
        isElsewhere
          ? 'Wait until it has ended, then run this again. If that machine is gone: `eval "$(npx cove env)"`, then `pulumi cancel`.'
          : 'Wait until it has ended, then run this again. If it hangs, end that process first.',
      );
    }
    if (!told) io.say(`Waiting for ${holder}, which is changing installation "${name}".`);
    told = true;
    await delay(300);
  }
}

async function takeOver(io: Io, state: StateStore, stale: LockFile[], name: string): Promise<void> {
  io.say(`A run that ended without cleaning up still locks installation "${name}": ${describe(stale[0]!)}.`);
  const yes = await io.confirm('That process is gone. Take over its lock?');
  if (!yes) throw declined();
  await state.removeLocks(stale);
}

const describe = (lock: LockFile) =>
  `process ${lock.pid} of ${lock.user} on ${lock.host}, since ${lock.time}`;
