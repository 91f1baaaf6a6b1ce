/** PostgreSQL, through Kysely and pg. The one place that knows the driver. */
import { Kysely, PostgresDialect, type PostgresPoolClient, type Transaction } from 'kysely';
import pg from 'pg';
import { CoveError } from './errors.ts';
import { isOutdated, PlanNames } from './kept-plans.ts';
import type { Database } from './tables.ts';
import { type TlsAddress, tlsOptions } from './tls.ts';

export interface DatabaseAddress extends Omit<TlsAddress, 'host'> {
  /** A host name, or the folder of a Unix socket. */
  host: string;
  port: number;
  name: string;
  user: string;
}
/** Asked at every new connection. `fresh`: the last answer was refused, so any cache must be passed by. */
export type Password = (fresh: boolean) => Promise<string>;

export interface ConnectOptions {
  /** Connections at the same time. @default 10 */
  max?: number;
  /** Role to act as after the login, e.g. the owner of the schema. */
  role?: string;
}

/** int8 as number: counts and sizes stay far below 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
} as pg.CustomTypesConfig;

const WRONG_PASSWORD = '28P01';
/** Between two tries with a refused password: a rotation writes Vault and database one after the other. */
const RETRIES_MS = [50, 200, 1000];

/** Between tries after a collision. */
const COLLISIONS_MS = [5, 20, 80, 300, 1000];

/** A pool of connections. Opens none until the first query; throws `unavailable` while the server does not answer. */
export function connect(
  settings: DatabaseAddress,
  password: Password,
  options: ConnectOptions = {},
): Kysely<Database> {
  let fresh = false;
  const plans = new PlanNames();
  const pool = new pg.Pool({
    host: settings.host,
    port: settings.port,
    database: settings.name,
    user: settings.user,
    password: () => password(fresh),
    ssl: tlsOptions(settings) ?? false,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'cove',
    ...(options.role !== undefined && { options: `-c role=${options.role}` }),
    types,
  });
  // A connection that breaks is replaced at the next query; without listeners it would end the process, idle or not.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  const open = async (): Promise<pg.PoolClient> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const client = await pool.connect();
        fresh = false;
        return client;
      } catch (error) {
        const wait = RETRIES_MS[attempt];
        if (errorCode(error) !== WRONG_PASSWORD || wait === undefined) throw explain(error, settings);
        fresh = true;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
  const dialect = new PostgresDialect({
    pool: {
      options: pool.options,
      end: () => pool.end(),
      async connect(): Promise<PostgresPoolClient> {
        const client = await open();
        // Of a transaction only the whole can be tried again, by who knows it (`withTransaction`).
        let inTransaction = false;
        const once = (text: string, values: unknown[]) => {
          const name = plans.of(text, values.length);
          return name === null ? client.query(text, values) : client.query({ name, text, values });
        };
        const run = async (...query: [string, unknown[]]) => {
          const [text] = query;
          if (/^(begin|start transaction)/i.test(text)) inTransaction = true;
          try {
            return await once(...query).catch((error) => {
              if (isOutdated(error)) plans.forget();
              if (inTransaction) throw error;
              return afterCollision(error, () => once(...query));
            });
          } catch (error) {
            throw isOutage(error) ? explain(error, settings) : error;
          }
        };
        return {
          query: run as unknown as PostgresPoolClient['query'],
          release: (destroy) => client.release(destroy),
        };
      },
    },
  });
  return new Kysely<Database>({ dialect });
}

/**
 * Runs `work` in one transaction; inside another one it joins that. `work` may be called again: where the database ends one
 * of two transactions that wait for each other, nothing of it has happened.
 */
export function withTransaction<T>(
  db: Kysely<Database>,
  work: (tx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  if (db.isTransaction) return work(db as Transaction<Database>);
  const once = () => db.transaction().execute(work);
  return once().catch((error) => afterCollision(error, once));
}

/** Deadlocks, serialization failures, a plan of before a migration: nothing of it was done, so that it can be tried again. */
export const isCollision = (error: unknown): boolean =>
  /^40(001|P01)$/.test(errorCode(error) ?? '') || isOutdated(error);

/** Tries again after a collision, a few times; any other error is thrown. */
async function afterCollision<T>(first: unknown, again: () => Promise<T>): Promise<T> {
  let error = first;
  for (const wait of COLLISIONS_MS) {
    if (!isCollision(error)) throw error;
    // Half of it by chance: two that collided must not meet again.
    await new Promise((resolve) => setTimeout(resolve, wait / 2 + (Math.random() * wait) / 2));
    try {
      return await again();
    } catch (next) {
      error = next;
    }
  }
  throw error;
}

/** Whether an error means that the server is away, and not that the query is wrong. */
export function isOutage(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return /^(08...|57P0[1-5]|53300|E[A-Z_]+)$/.test(code);
  return (
    error instanceof Error && /connection (terminated|timeout|error)|timeout exceeded/i.test(error.message)
  );
}

const errorCode = (error: unknown): string | undefined => (error as { code?: string } | null)?.code;

function explain(error: unknown, { host, port, name, user }: DatabaseAddress): unknown {
  if (error instanceof CoveError) return error;
  const found = error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
  if (errorCode(error) === WRONG_PASSWORD) {
    return new CoveError('unavailable', `PostgreSQL refuses the password of ${user}: ${found}`, {
      cause: error,
    });
  }
  const message = `PostgreSQL at ${host}:${port} (database ${name}) does not answer: ${found}`;
  return new CoveError('unavailable', message, { cause: error });
}
