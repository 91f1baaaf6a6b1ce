/** What every verb gets: the outside things and who asks. Verbs take nothing from globals. */
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Joining } from '../platform/join.ts';
import { keepPlans } from '../platform/kept-plans.ts';
import type { Queue } from '../platform/redis.ts';
import type { ObjectStore } from '../platform/storage/store.ts';
import type { Database } from '../platform/tables.ts';
import type { SecretStore } from '../platform/vault.ts';
import type { RunStore } from './lifecycle/run-store.ts';

export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; userId: string; username: string }
  | { kind: 'worker'; workerId: string; environmentId: string; environmentSlug: string }
  /** Of a worker stack. */
  | { kind: 'scaler'; stackId: string; name: string }
  | { kind: 'system'; name: string };

export interface Platform {
  db: Kysely<Database>;
  queue: Queue;
  /** Where workers find the queue; they get their own login with it. */
  queueAddress: { host: string; port: number; tls: boolean; ca?: string | undefined };
  secrets: SecretStore;
  storage: ObjectStore;
  runs: RunStore;
  log: Logger;
  /** Folder for Git mirrors and uploads under way. */
  scratch: string;
  /** The example repository: the address that people know, and the one where this process itself reaches it. */
  example?: { publicUrl: string; url: string };
  /** Addresses the guard against internal Git URLs lets through by itself: the example repository's. */
  trustedGitUrls: string[];
  /** Of stores within internal networks, or of an address that no cloud has: what the operator allows. */
  trustedStoreHosts: string[];
  /** Hosts of internal networks, as `host` or `host:port`, that workers may fetch inputs from. */
  trustedInputHosts: string[];
  /** How machines join by themselves; absent where an operator makes them. */
  joining?: Joining;
}

/** For what is asked for every request and every job, and finds few rows by their keys. */
export const askedOften = (platform: Platform): Platform => ({ ...platform, db: keepPlans(platform.db) });

export interface Context {
  platform: Platform;
  actor: Actor;
}
