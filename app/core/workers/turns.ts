/**
 * Whose turn it is, asked by many workers at once. Between the look and the claim lies what a job needs to be told; what is
 * being looked up is held, and counts as running, so that nobody else gets it and the order stays exact. It is held in this
 * process alone: of two API processes one may be too slow, and looks again.
 */
import { perKey, togetherBy } from '../../platform/together.ts';
import type { Context } from '../context.ts';
import type { MachineRoom, RunStore, Wish } from '../lifecycle/run-store.ts';
import { requireWorker } from './guard.ts';

const held = new Set<string>();

/** One look after the other in an environment, for all who came meanwhile: it must see what the last one gave. */
const lookers = perKey((runs: RunStore) => {
  const many = async (wishes: readonly Wish[]) => {
    const ids = await runs.turns(wishes, [...held]);
    for (const id of ids) if (id !== null) held.add(id);
    return ids;
  };
  return togetherBy<Wish, string | null>(() => ({ many, atOnce: 1 }));
});

/** Null: nobody waits who may start. `free` when it was claimed, or not; at once, or so many milliseconds later. */
export async function reserveTurn(
  context: Context,
  claimId: string,
  room?: MachineRoom,
): Promise<{ executionId: string; free: (afterMs: number) => void } | null> {
  const { workerId, environmentId } = requireWorker(context);
  const id = await lookers(context.platform.runs)(environmentId, { claimId, workerId, room });
  if (id === null) return null;
  const forget = () => void held.delete(id);
  const free = (afterMs: number) => (afterMs > 0 ? void setTimeout(forget, afterMs).unref() : forget());
  return { executionId: id, free };
}
