/**
 * How many machines an environment shall have, and which go. Pure. What it keeps, whatever it is shown:
 * never asks for more than max, strays and what ends counted; never ends a machine whose worker may hold or claim a job;
 * what it asks for is the whole number, so that asking twice, or by two schedulers, is asking once.
 */
import { TAKES_SOON } from '../../../core/environments/scaling.ts';
import type { Resources } from '../../../core/workers/room.ts';
import { currentWish, type Fleet, isSilent, strayWorkers, survey, wishAfter } from './fleet.ts';
import { need } from './need.ts';
import { type Decision, type Memory, retryAt, type State } from './state.ts';

export function decide(state: State, now: number): Decision {
  const wanted = currentWish(state, now);
  const fleet = survey(state, wanted, now);
  const memory = remember(state, fleet, now);
  const { target, needed, tooLarge } = targetOf(state, fleet);
  const have = fleet.ready.length + fleet.starting + fleet.pending;
  const room = Math.max(0, Math.min(state.bounds.max, state.largest) - fleet.total);
  const add = now < retryAt(memory) ? 0 : Math.min(Math.max(0, target - have), room);
  const grow = add > 0 ? wanted + add : null;
  const isEnough = target <= fleet.ready.length + fleet.starting;
  const forgo = add === 0 && fleet.pending > 0 && (isEnough || fleet.isOverdue);
  const drain = [...leaving(state, fleet, target, needed, now), ...strayWorkers(state, now)];
  if (grow !== null) Object.assign(memory, { wanted: grow, wantedAt: now });
  else if (forgo) Object.assign(memory, { wanted: null, wantedAt: null });
  else Object.assign(memory, wishAfter(memory, fleet, wanted, now));
  const fewer = fleet.end.filter(({ isStray }) => !isStray).length;
  if (memory.wanted !== null) memory.wanted = Math.max(0, memory.wanted - fewer);
  const message = explain(state, fleet, { add, memory, tooLarge, now });
  const end = fleet.end.map(({ instanceId, reason }) => ({ instanceId, reason }));
  return { grow, forgo, drain, end, memory, message };
}

/** `needed`: for the jobs that run and wait. `target`: that, within the bounds. */
function targetOf(state: State, { ready }: Fleet): { needed: number; target: number; tooLarge: number } {
  const { bounds } = state;
  const busy = ready.filter(({ running }) => running > 0);
  const { more, tooLarge } = need(state, busy, bounds.max);
  const needed = busy.length + more;
  return { needed, target: Math.min(bounds.max, Math.max(bounds.min, needed)), tooLarge };
}

/** Who is told to take no new job: the lost, those above max, and the idle whose grace is over. */
function leaving(state: State, fleet: Fleet, target: number, needed: number, now: number): Decision['drain'] {
  const idleFirst = fleet.ready.toSorted((a, b) => a.running - b.running || a.idleSince - b.idleSince);
  const over = fleet.ready.length + fleet.starting - state.bounds.max;
  const spare = fleet.ready.length - Math.max(target, needed - fleet.starting);
  const grace = state.graceSeconds * 1000;
  let lost = 0;
  return idleFirst.flatMap((worker, place) => {
    if (isSilent(worker, state, now)) {
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

/** A refusal, a machine that never joined or never came are failures; one that has joined since ends the row of them. */
function remember(
  { memory, refusal, workers }: State,
  { end, pending, isOverdue }: Fleet,
  now: number,
): Memory {
  const { failedAt } = memory;
  const since = failedAt ?? 0;
  const isNew = now >= retryAt(memory);
  const isRefused = refusal !== null && pending > 0;
  const failed = end.some(({ reason }) => reason === 'never joined') || isRefused || isOverdue;
  if (failed && isNew) return { ...memory, failures: memory.failures + 1, failedAt: now };
  const recovered = workers.some(({ idleSince }) => idleSince > since) && !failed;
  return recovered ? { ...memory, failures: 0, failedAt: null } : { ...memory };
}

function explain(
  { bounds, waiting, size, refusal, largest }: State,
  { ready, starting, pending, total, isOverdue }: Fleet,
  { add, memory, tooLarge, now }: { add: number; memory: Memory; tooLarge: number; now: number },
): string {
  const queued = waiting.reduce((sum, { jobs }) => sum + jobs, 0);
  if (queued === 0) return '';
  const coming = starting + (isOverdue ? 0 : pending) + add;
  const most = Math.min(bounds.max, largest);
  const of = `${Math.min(ready.length + coming, Math.max(most, 1))} of ${most}`;
  if (bounds.max === 0) return 'No machine may be started: the maximum of this environment is 0';
  if (size !== null && tooLarge === queued)
    return `No machine of this environment is large enough: ${words(size)}`;
  if (refusal !== null && pending > 0) return `The cloud gives no machine: ${refusal}`;
  if (coming > 0) return `Starting ${coming === 1 ? 'a machine' : `${coming} machines`} (${of})`;
  const wait = Math.ceil((retryAt(memory) - now) / 60_000);
  if (wait > 0)
    return `No machine joined ${memory.failures === 1 ? 'last time' : `in ${memory.failures} tries`}: the next try is in ${wait} min`;
  return total >= most ? `All machines are busy (${of}): a job starts when another one ends` : TAKES_SOON;
}

const words = ({ cpus, memory, devices }: Resources): string =>
  [`one has ${cpus} cores`, `${Math.floor(memory / 2 ** 20)} MiB of memory`]
    .concat(Object.entries(devices).map(([name, count]) => `${count} ${name}`))
    .join(', ');
