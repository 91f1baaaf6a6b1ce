/**
 * Whose turn it is, asked by many workers at once. Between the look and the claim lies what a job needs to be told; what is
 * being looked up is held, and counts as running, so that nobody else gets it and the order stays exact. It is held in this
 * process alone: of two API processes one may be too slow, and looks again.
 */
import type { Context } from '../context.ts';
import type { MachineRoom } from '../lifecycle/run-store.ts';
import { requireWorker } from './guard.ts';

const held = new Set<string>();
/** One look after the other in an environment: the second must see what the first holds. */
const looking = new Map<string, Promise<unknown>>();

/** Null: nobody waits who may start. `free` when it was claimed, or not; at once, or so many milliseconds later. */
export async function reserveTurn(
  context: Context,
  claimId: string,
  room?: MachineRoom,
): Promise<{ executionId: string; free: (afterMs: number) => void } | null> {
  const { workerId, environmentId } = requireWorker(context);
  const look = async () => {
    const id = await context.platform.runs.turn(claimId, workerId, [...held], room);
    if (id === null) return null;
    held.add(id);
    const forget = () => void held.delete(id);
    const free = (afterMs: number) => (afterMs > 0 ? void setTimeout(forget, afterMs).unref() : forget());
    return { executionId: id, free };
  };
  const before = looking.get(environmentId) ?? Promise.resolve();
  const turn = before.then(look, look);
  looking.set(environmentId, turn);
  try {
    return await turn;
  } finally {
    if (looking.get(environmentId) === turn) looking.delete(environmentId);
  }
}
