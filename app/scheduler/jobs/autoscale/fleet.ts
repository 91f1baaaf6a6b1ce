/** What there is of machines and workers, and which of them may go. Pure. */
import {
  type Decision,
  type EndReason,
  JOIN_MS,
  LOST_MS,
  type Machine,
  type MachineWorker,
  type Memory,
  SETTLE_MS,
  type State,
} from './state.ts';

export interface Fleet {
  /** Their workers take jobs. */
  ready: MachineWorker[];
  /** On their way: launched, not joined yet. */
  starting: number;
  /** Asked for, and not listed yet. */
  pending: number;
  /** So long ago that nothing comes of it any more: the cloud said yes, and gave nothing. */
  isOverdue: boolean;
  /** All that are there, or are on their way: what the cloud's bill may hold. */
  total: number;
  end: { instanceId: string; reason: EndReason; isStray: boolean }[];
}

/** The cloud may not yet tell what it was asked for a moment ago. */
export function currentWish({ wanted, memory }: State, now: number): number {
  const isFresh = memory.wantedAt !== null && now - memory.wantedAt < SETTLE_MS;
  return isFresh && memory.wanted !== null ? Math.max(memory.wanted, wanted) : wanted;
}

/** What is kept of a wish: it is forgotten when it is fulfilled, and timed from when it is first seen open. */
export function wishAfter(
  { wanted, wantedAt }: Memory,
  { pending }: Pick<Fleet, 'pending'>,
  current: number,
  now: number,
): Pick<Memory, 'wanted' | 'wantedAt'> {
  if (pending > 0) return wantedAt === null ? { wanted: current, wantedAt: now } : { wanted, wantedAt };
  const isFresh = wantedAt !== null && now - wantedAt < SETTLE_MS;
  return isFresh ? { wanted, wantedAt } : { wanted: null, wantedAt: null };
}

export function survey(state: State, wanted: number, now: number): Fleet {
  const { machines, memory, refusal } = state;
  const workers = new Map(state.workers.map((worker) => [worker.instanceId, worker]));
  const alive = machines.filter((machine) => machine.state !== 'ending' && !isToldToEnd(machine, now));
  const members = alive.filter(({ strayedAt }) => strayedAt === null);
  const ready: MachineWorker[] = [];
  const end: Fleet['end'] = [];
  let starting = 0;
  for (const machine of alive) {
    const worker = workers.get(machine.id);
    const isStray = machine.strayedAt !== null;
    const reason = endReason(machine, worker, state, now);
    if (reason !== null) end.push({ instanceId: machine.id, reason, isStray });
    else if (isStray) continue;
    else if (worker === undefined) starting += 1;
    else if (worker.drainingSince === null) ready.push(worker);
  }
  const pending = Math.max(0, wanted - members.length);
  const isOld = memory.wantedAt !== null && now - memory.wantedAt > JOIN_MS;
  const isOverdue = pending > 0 && refusal === null && isOld;
  return { ready, starting, pending, isOverdue, total: machines.length + pending, end };
}

/** Told so a moment ago; one that lives on is told again. */
const isToldToEnd = ({ endedAt }: Machine, now: number) => endedAt !== null && now - endedAt < SETTLE_MS;
/** For longer than a cloud's lists disagree. */
const isStray = ({ strayedAt }: Machine, now: number) => strayedAt !== null && now - strayedAt >= SETTLE_MS;

/** Why a machine may be ended now; null: it may not. */
function endReason(
  machine: Machine,
  worker: MachineWorker | undefined,
  { trustSilenceFrom }: State,
  now: number,
): EndReason | null {
  if (machine.strayedAt !== null && !isStray(machine, now)) return null;
  if (worker === undefined) {
    if (machine.strayedAt !== null) return 'stray';
    return now - machine.launchedAt > JOIN_MS ? 'never joined' : null;
  }
  if (worker.running > 0) return null;
  if (worker.drained) return machine.strayedAt === null ? 'drained' : 'stray';
  // A silent one is first told to drain: from then on it can claim nothing, wherever it is.
  const silentFor = now - Math.max(worker.lastSeen, trustSilenceFrom);
  const toldFor = worker.drainingSince === null ? 0 : now - worker.drainingSince;
  return silentFor > LOST_MS && toldFor > LOST_MS ? 'lost' : null;
}

export const isSilent = (worker: MachineWorker, { trustSilenceFrom }: State, now: number): boolean =>
  worker.running === 0 && now - Math.max(worker.lastSeen, trustSilenceFrom) > LOST_MS;

/** A job on a stray goes on to its end; it takes no other one. */
export function strayWorkers({ machines, workers }: State, now: number): Decision['drain'] {
  const strays = new Set(machines.filter((machine) => isStray(machine, now)).map(({ id }) => id));
  return workers
    .filter(({ instanceId, drainingSince }) => drainingSince === null && strays.has(instanceId))
    .map(({ id }) => ({ workerId: id, reason: 'its group does not know its machine any more' }));
}
