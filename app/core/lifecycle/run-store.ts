/**
 * The port between the rules of a run and where runs are kept: SQL (`run-store-sql.ts`) and memory
 * (`run-store-memory.ts`), held to one contract test. All times are the store's own clock (design 2).
 */
export type Status =
  | 'created'
  | 'queued'
  | 'started'
  | 'stopping'
  | 'complete'
  | 'error'
  | 'crashed'
  | 'stopped';
export type EndStatus = 'complete' | 'error' | 'crashed' | 'stopped';

export interface Claim {
  attempt: number;
  /** Fencing token: every later report must carry it. */
  token: string;
  leaseExpiresAt: Date;
}
export interface End {
  status: EndStatus;
  exitCode: number | null;
  /** One line for a person. */
  reason: string;
  /** Last log line's number, where known. */
  logLines?: number;
}
/** What the audit is told of an end, in the moment that it happens: either both are there or neither. */
export interface Told {
  actor: object;
  projectId: string;
  properties: object;
}
/** An attempt that ended. `status`: of its execution afterwards; `queued` where it is run again. */
export interface Closed {
  executionId: string;
  attempt: number;
  status: Status;
  /** Whether quotas count: somebody may wait for its place. */
  limited: boolean;
}
/** `repeated`: it was told before. `limited`: as in `Closed`. */
export type Ended = Pick<Closed, 'status' | 'limited'> & { repeated: boolean };
/** A run as its holder names it. */
export interface Held {
  executionId: string;
  token: string;
}
/**
 * What a heartbeat did: prolonged the lease, and whether a stop was asked for; or nothing, since the token is not the
 * living attempt's (recorded), or the run is none of the worker's environment.
 */
export type Beat = 'held' | 'stop' | 'fenced' | 'unknown';
/** `fenced`: the token is not that of the living attempt; the refusal was recorded. */
export type Reported<T> = { ok: true; value: T } | { ok: false; code: 'fenced' };

/** As in `protocol/room.ts`. */
interface Resources {
  cpus: number;
  memory: number;
  devices: Record<string, number>;
}
/** What is left of a worker's machine, what a job counts as that asks for nothing, and what it has in all. */
export interface MachineRoom {
  free: Resources;
  share: Resources;
  whole: Resources;
}

/** A claim that asks for a job. `room`: only what fits is given; who has waited long is not passed by (`turn-sql.ts`). */
export interface Wish {
  claimId: string;
  workerId: string;
  room?: MachineRoom | undefined;
}

export interface RunStore {
  /**
   * For each of those who ask at once, workers of one environment: the execution whose turn it is there (`order.ts`), or
   * what the claim of this name has taken while that lives. `held`: those that others are about to take count as running, and
   * so does what those before it are given. Null: nobody waits who may start.
   */
  turns(wishes: readonly Wish[], held: readonly string[]): Promise<(string | null)[]>;
  /**
   * queued → started with a new attempt, if pauses and quotas let it; repeating it is idempotent for its holder. `claimId`:
   * the worker's name for the claim, which takes one execution and never another. Null: not claimable.
   */
  claim(executionId: string, workerId: string, leaseSeconds: number, claimId?: string): Promise<Claim | null>;
  /**
   * Uses up the name of a claim that is told there is nothing: no late copy of its request is given anything. False: one
   * was given an execution meanwhile, which lives and is what to answer.
   */
  decline(claimId: string, workerId: string): Promise<boolean>;
  /** Prolongs the leases of a worker's runs, and answers for each in its place; the worker was heard of. */
  heartbeats(
    workerId: string,
    runs: readonly Held[],
    leaseSeconds: number,
  ): Promise<{ beats: Beat[]; drain: boolean }>;
  /** Whether this token is the living attempt's; records a refusal. Guards every other report. */
  fence(executionId: string, token: string): Promise<Reported<{ attempt: number }>>;
  /**
   * Ends the attempt and, with it, the execution, or queues it again (`execution.ts`), to begin after a pause (`retry.ts`);
   * gives the execution's status afterwards. Repeating the same end is idempotent, and gives the attempt's. `told`: for a store that keeps an audit.
   */
  end(executionId: string, token: string, end: End, told?: Told): Promise<Reported<Ended>>;
  /** created/queued → stopped at once; started → stopping; else unchanged. Returns the status afterwards, null if unknown. */
  requestStop(executionId: string): Promise<Status | null>;
  /**
   * Ends attempts whose lease has run out: `stopped` if a stop was under way, else `crashed`, or queued again where the
   * execution's policy has attempts left, after the same pause.
   */
  reap(): Promise<Closed[]>;
  /** After an outage of our own: every living lease gets one full term from now. Returns how many. */
  renewAll(leaseSeconds: number): Promise<number>;
  /** Queued executions that may start, by environment slug, first to run first: what the doorbell must hold. */
  queued(): Promise<Map<string, string[]>>;
}
