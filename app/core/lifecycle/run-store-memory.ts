/** The run store in memory, with a clock that can be given: for the simulator and for tests of what stands on it. */
import { randomUUID } from 'node:crypto';
import { attemptEnd, before, type Event, type Guard, LOST_REASON, next, reported } from './execution.ts';
import { compareWaiting, type Lane, nextLane } from './order.ts';
import { hasRetry, pauseAfter } from './retry.ts';
import type { Beat, Claim, Closed, End, Held, RunStore, Status } from './run-store.ts';

interface Attempt {
  number: number;
  workerId: string;
  claimId: string | undefined;
  token: string;
  leaseExpiresAt: number;
  end: End | null;
  refused: number;
}
interface Execution {
  id: string;
  environment: string;
  project: string;
  creator: string;
  priority: number;
  retries: number;
  status: Status;
  /** Its turn among equals: the number of its making. */
  turn: number;
  /** After a loss. */
  notBefore: number;
  attempts: Attempt[];
}

export interface MemoryRunStore extends RunStore {
  addWorker(id: string, environment: string): void;
  /** From now on it can claim nothing more. */
  drainWorker(id: string): void;
  /** A new execution, queued as the shipped creation does it in one statement. */
  add(execution: {
    id: string;
    environment: string;
    priority?: number;
    project?: string;
    creator?: string;
    /** So often it is run again after a loss. */
    retries?: number;
    /** It stays `created`. */
    created?: boolean;
  }): void;
  /** A paused environment gives nothing away. */
  pause(environment: string, paused: boolean): void;
  /** The most executions of a project or of a person that run at the same time, in all environments; null: any number. */
  setQuota(kind: 'project' | 'creator', subject: string, most: number | null): void;
  /** What a test may look at. */
  look(id: string): { status: Status; notBefore: number; attempts: Readonly<Attempt>[] } | null;
}

/** `now`: milliseconds. `newToken`: where a test needs the same tokens in every run. */
export function memoryRunStore(
  options: { now?: () => number; newToken?: () => string } = {},
): MemoryRunStore {
  const now = options.now ?? Date.now;
  const newToken = options.newToken ?? randomUUID;
  const executions = new Map<string, Execution>();
  const workers = new Map<string, string>();
  const draining = new Set<string>();
  const paused = new Set<string>();
  /** Names that are used up. */
  const claims = new Set<string>();
  const quotas = new Map<string, { kind: 'project' | 'creator'; subject: string; most: number }>();
  let turns = 0;

  const all = () => [...executions.values()];
  const waits = ({ status }: Execution) => before('claim').includes(status);
  const running = (which: (execution: Execution) => boolean, held: readonly string[]): number =>
    all().filter(
      (one) => (before('end').includes(one.status) || (waits(one) && held.includes(one.id))) && which(one),
    ).length;
  const mayStart = (one: Execution, held: readonly string[] = []): boolean =>
    waits(one) &&
    one.notBefore <= now() &&
    !paused.has(one.environment) &&
    [...quotas.values()].every(
      ({ kind, subject, most }) =>
        one[kind] !== subject || running((other) => other[kind] === subject, held) < most,
    );
  const lanes = (environment: string, held: readonly string[]): Lane[] => {
    const here = all().filter((one) => one.environment === environment);
    const waiting = here.filter((one) => waits(one) && one.notBefore <= now() && !held.includes(one.id));
    const byLane = Map.groupBy(waiting, ({ project, creator }) => JSON.stringify([project, creator]));
    return [...byLane.values()].map((lane) => {
      const [head] = lane.toSorted(compareWaiting) as [Execution];
      const { project, creator } = head;
      const busy = running((one) => one.project === project && one.environment === environment, held);
      return { project, creator, running: busy, head, room: mayStart(head, held) };
    });
  };
  /** What a used name gives: what it was given, while that lives. */
  const answered = (claimId: string, workerId: string): string | null => {
    const isIt = (attempt: Attempt) =>
      attempt.claimId === claimId && attempt.workerId === workerId && attempt.end === null;
    return all().find(({ attempts }) => attempts.some(isIt))?.id ?? null;
  };

  const living = (execution: Execution | undefined): Attempt | undefined => {
    const attempt = execution?.attempts.at(-1);
    return attempt?.end === null ? attempt : undefined;
  };
  const refuse = (executionId: string, token: string): { ok: false; code: 'fenced' } => {
    const attempt = executions.get(executionId)?.attempts.find((one) => one.token === token);
    if (attempt) attempt.refused++;
    return { ok: false, code: 'fenced' };
  };
  const lease = (attempt: Attempt, seconds: number): void => {
    attempt.leaseExpiresAt = now() + seconds * 1000;
  };
  const toClaim = ({ number, token, leaseExpiresAt }: Attempt): Claim => ({
    attempt: number,
    token,
    leaseExpiresAt: new Date(leaseExpiresAt),
  });
  const after = (execution: Execution, event: Event): Status | null => {
    const guards: Record<Guard, () => boolean> = {
      free: () => mayStart(execution),
      retry: () => hasRetry(execution.attempts.length, execution.retries),
    };
    return next(execution.status, event, (guard) => guards[guard]());
  };
  /** After an attempt's end. */
  const become = (execution: Execution, status: Status): void => {
    execution.status = status;
    execution.notBefore = status === 'queued' ? now() + pauseAfter(execution.attempts.length) * 1000 : 0;
  };
  const lose = (execution: Execution, attempt: Attempt): Closed => {
    const status = after(execution, { kind: 'lose' }) ?? execution.status;
    const end = attemptEnd(status) as 'crashed' | 'stopped';
    attempt.end = { status: end, exitCode: null, reason: LOST_REASON[end] };
    become(execution, status);
    return { executionId: execution.id, attempt: attempt.number, status, limited: quotas.size > 0 };
  };

  return {
    addWorker: (id, environment) => void workers.set(id, environment),
    drainWorker: (id) => void draining.add(id),
    add({ id, environment, priority = 0, project = 'project', creator = 'creator', retries = 0, created }) {
      const status = created ? 'created' : next('created', { kind: 'enqueue' }, () => true);
      const made = { id, environment, project, creator, priority, retries, notBefore: 0, attempts: [] };
      executions.set(id, { ...made, status: status ?? 'created', turn: ++turns });
    },
    pause: (environment, stops) => void (stops ? paused.add(environment) : paused.delete(environment)),
    setQuota(kind, subject, most) {
      if (most === null) quotas.delete(`${kind} ${subject}`);
      else quotas.set(`${kind} ${subject}`, { kind, subject, most });
    },
    look(id) {
      const execution = executions.get(id);
      if (!execution) return null;
      const { status, notBefore, attempts } = execution;
      return { status, notBefore, attempts };
    },

    async turns(wishes, held) {
      const taken = [...held];
      return wishes.map(({ claimId, workerId }) => {
        if (claims.has(claimId)) return answered(claimId, workerId);
        if (draining.has(workerId)) return null;
        const id = nextLane(lanes(workers.get(workerId) ?? '', taken))?.head.id ?? null;
        if (id !== null) taken.push(id);
        return id;
      });
    },

    async claim(executionId, workerId, leaseSeconds, claimId) {
      const execution = executions.get(executionId);
      if (!execution) return null;
      const held = living(execution);
      const serves = workers.get(workerId) === execution.environment && !draining.has(workerId);
      const status = after(execution, { kind: 'claim' });
      if (status !== null && serves && !(claimId && claims.has(claimId))) {
        if (claimId) claims.add(claimId);
        execution.status = status;
        const number = execution.attempts.length + 1;
        const token = newToken();
        const attempt = { number, workerId, claimId, token, leaseExpiresAt: 0, end: null, refused: 0 };
        lease(attempt, leaseSeconds);
        execution.attempts.push(attempt);
        return toClaim(attempt);
      }
      if (held?.workerId !== workerId) return null;
      lease(held, leaseSeconds);
      return toClaim(held);
    },

    async decline(claimId, workerId) {
      claims.add(claimId);
      return answered(claimId, workerId) === null;
    },

    async heartbeats(workerId, runs, leaseSeconds) {
      const beat = ({ executionId, token }: Held): Beat => {
        const execution = executions.get(executionId);
        if (!execution || execution.environment !== workers.get(workerId)) return 'unknown';
        const attempt = living(execution);
        if (attempt?.token !== token) return refuse(executionId, token).code;
        lease(attempt, leaseSeconds);
        return execution.status === 'stopping' ? 'stop' : 'held';
      };
      return { beats: runs.map(beat), drain: draining.has(workerId) };
    },

    async fence(executionId, token) {
      const attempt = living(executions.get(executionId));
      if (attempt?.token !== token) return refuse(executionId, token);
      return { ok: true, value: { attempt: attempt.number } };
    },

    async end(executionId, token, end) {
      const execution = executions.get(executionId);
      const attempt = execution?.attempts.find((one) => one.token === token);
      if (execution && attempt?.end === null) {
        attempt.end = end;
        become(execution, after(execution, reported(end.status)) ?? execution.status);
        const { status } = execution;
        return { ok: true, value: { status, limited: quotas.size > 0, repeated: false } };
      }
      const known = attempt?.end;
      const same =
        known?.status === end.status && known.exitCode === end.exitCode && known.reason === end.reason;
      return same
        ? { ok: true, value: { status: end.status, limited: false, repeated: true } }
        : refuse(executionId, token);
    },

    async requestStop(executionId) {
      const execution = executions.get(executionId);
      if (!execution) return null;
      execution.status = after(execution, { kind: 'stop' }) ?? execution.status;
      return execution.status;
    },

    async reap() {
      return [...executions.values()].flatMap((execution) => {
        const attempt = living(execution);
        if (!attempt || attempt.leaseExpiresAt >= now()) return [];
        return [lose(execution, attempt)];
      });
    },

    async renewAll(leaseSeconds) {
      const attempts = [...executions.values()].flatMap((execution) => living(execution) ?? []);
      const until = now() + leaseSeconds * 1000;
      for (const attempt of attempts) attempt.leaseExpiresAt = Math.max(attempt.leaseExpiresAt, until);
      return attempts.length;
    },

    async queued() {
      const waiting = all()
        .filter((one) => mayStart(one))
        .toSorted(compareWaiting);
      const byEnvironment = Map.groupBy(waiting, ({ environment }) => environment);
      return new Map([...byEnvironment].map(([slug, list]) => [slug, list.map(({ id }) => id)]));
    },
  };
}
