/**
 * How many machines an environment shall have, and which go. Pure. What it keeps, whatever it is shown:
 * never asks for more than max; never ends a machine whose worker may hold or claim a job; what it asks for is the whole
 * number, so that asking twice, or by two schedulers, is asking once.
 */
import {
  type Decision,
  type EndReason,
  JOIN_MS,
  LOST_MS,
  type Machine,
  type MachineWorker,
  type Memory,
  retryAt,
  SETTLE_MS,
  type State,
} from './state.ts';

interface Fleet {
  /** Their workers take jobs. */
  ready: MachineWorker[];
  /** On their way: launched, not joined yet. */
  starting: number;
  /** Asked for, and not listed yet. */
  pending: number;
  /** All that are there, or are on their way: what the cloud's bill may hold. */
  total: number;
  end: { instanceId: string; reason: EndReason }[];
}

export function decide(state: State, now: number): Decision {
  const wanted = currentWish(state, now);
  const fleet = survey(state, wanted, now);
  const memory = remember(state, fleet, now);
  const { target, needed } = targetOf(state, fleet);
  const have = fleet.ready.length + fleet.starting + fleet.pending;
  const room = Math.max(0, Math.min(state.bounds.max, state.largest) - fleet.total);
  const add = now < retryAt(memory) ? 0 : Math.min(Math.max(0, target - have), room);
  const grow = add > 0 ? wanted + add : null;
  const forgo = add === 0 && fleet.pending > 0 && target <= fleet.ready.length + fleet.starting;
  const drain = leaving(state, fleet, target, needed, now);
  if (grow !== null) Object.assign(memory, { wanted: grow, wantedAt: now });
  else if (forgo) Object.assign(memory, { wanted: null, wantedAt: null });
  const fewer = memory.wanted !== null && fleet.end.length > 0;
  if (fewer && memory.wanted !== null) memory.wanted = Math.max(0, memory.wanted - fleet.end.length);
  const message = explain(state, fleet, { add, memory, now });
  return { grow, forgo, drain, end: fleet.end, memory, message };
}

/** The cloud may not yet tell what it was asked for a moment ago. */
function currentWish({ wanted, memory }: State, now: number): number {
  const isFresh = memory.wantedAt !== null && now - memory.wantedAt < SETTLE_MS;
  return isFresh && memory.wanted !== null ? Math.max(memory.wanted, wanted) : wanted;
}

function survey(state: State, wanted: number, now: number): Fleet {
  const workers = new Map(state.workers.map((worker) => [worker.instanceId, worker]));
  const alive = state.machines.filter(({ state: is }) => is !== 'ending');
  const ready: MachineWorker[] = [];
  const end: Fleet['end'] = [];
  let starting = 0;
  for (const machine of alive) {
    const worker = workers.get(machine.id);
    const reason = endReason(machine, worker, state, now);
    if (reason !== null) end.push({ instanceId: machine.id, reason });
    else if (worker === undefined) starting += 1;
    else if (worker.drainingSince === null) ready.push(worker);
  }
  const pending = Math.max(0, wanted - alive.length);
  return { ready, starting, pending, total: state.machines.length + pending, end };
}

/** Why a machine may be ended now; null: it may not. */
function endReason(
  machine: Machine,
  worker: MachineWorker | undefined,
  { trustSilenceFrom }: State,
  now: number,
): EndReason | null {
  if (worker === undefined) return now - machine.launchedAt > JOIN_MS ? 'never joined' : null;
  if (worker.running > 0) return null;
  if (worker.drained) return 'drained';
  // A silent one is first told to drain: from then on it can claim nothing, wherever it is.
  const silentFor = now - Math.max(worker.lastSeen, trustSilenceFrom);
  const toldFor = worker.drainingSince === null ? 0 : now - worker.drainingSince;
  return silentFor > LOST_MS && toldFor > LOST_MS ? 'lost' : null;
}

const isLost = (worker: MachineWorker, { trustSilenceFrom }: State, now: number) =>
  worker.running === 0 && now - Math.max(worker.lastSeen, trustSilenceFrom) > LOST_MS;

/** `needed`: for the jobs that run and wait. `target`: that, within the bounds. */
function targetOf({ bounds, slots, queued }: State, { ready }: Fleet): { needed: number; target: number } {
  const busy = ready.filter(({ running }) => running > 0);
  const free = busy.reduce((sum, { running }) => sum + Math.max(0, slots - running), 0);
  const needed = busy.length + Math.ceil(Math.max(0, queued - free) / slots);
  return { needed, target: Math.min(bounds.max, Math.max(bounds.min, needed)) };
}

/** Who is told to take no new job: the lost, those above max, and the idle whose grace is over. */
function leaving(state: State, fleet: Fleet, target: number, needed: number, now: number): Decision['drain'] {
  const idleFirst = fleet.ready.toSorted((a, b) => a.running - b.running || a.idleSince - b.idleSince);
  const over = fleet.ready.length + fleet.starting - state.bounds.max;
  const spare = fleet.ready.length - Math.max(target, needed - fleet.starting);
  const grace = state.graceSeconds * 1000;
  let lost = 0;
  return idleFirst.flatMap((worker, place) => {
    if (isLost(worker, state, now)) {
      lost += 1;
      return [{ workerId: worker.id, reason: 'it does not answer' }];
    }
    const rank = place - lost;
    if (rank < over) return [{ workerId: worker.id, reason: `more than ${state.bounds.max} machines` }];
    const isIdle = worker.running === 0 && now - worker.idleSince >= grace;
    return isIdle && rank < spare - lost
      ? [{ workerId: worker.id, reason: `idle for ${Math.round((now - worker.idleSince) / 1000)} s` }]
      : [];
  });
}

/** A refusal and a machine that never joined are failures; a machine that has joined since ends the row of them. */
function remember({ memory, refusal, workers }: State, { end, pending }: Fleet, now: number): Memory {
  const { failedAt } = memory;
  const since = failedAt ?? 0;
  const isNew = now >= retryAt(memory);
  const failed = end.some(({ reason }) => reason === 'never joined') || (refusal !== null && pending > 0);
  if (failed && isNew) return { ...memory, failures: memory.failures + 1, failedAt: now };
  const recovered = workers.some(({ idleSince }) => idleSince > since) && !failed;
  return recovered ? { ...memory, failures: 0, failedAt: null } : { ...memory };
}

function explain(
  { bounds, queued, refusal, largest }: State,
  { ready, starting, pending, total }: Fleet,
  { add, memory, now }: { add: number; memory: Memory; now: number },
): string {
  if (queued === 0) return '';
  const coming = starting + pending + add;
  const most = Math.min(bounds.max, largest);
  const of = `${Math.min(ready.length + coming, Math.max(most, 1))} of ${most}`;
  if (bounds.max === 0) return 'No machine may be started: the maximum of this environment is 0';
  if (refusal !== null && pending > 0) return `The cloud gives no machine: ${refusal}`;
  if (coming > 0) return `Starting ${coming === 1 ? 'a machine' : `${coming} machines`} (${of})`;
  const wait = Math.ceil((retryAt(memory) - now) / 60_000);
  if (wait > 0)
    return `No machine joined ${memory.failures === 1 ? 'last time' : `in ${memory.failures} tries`}: the next try is in ${wait} min`;
  return total >= most
    ? `All machines are busy (${of}): a job starts when another one ends`
    : 'A machine takes it soon';
}
