/** PostgreSQL's roles: who owns the schema, and the two services, each with its own rights. */
import { type Kysely, sql } from 'kysely';
import { type ConnectOptions, connect } from '../platform/postgres.ts';
import type { Database } from '../platform/tables.ts';
import type { BootstrapSettings } from '../settings.ts';
import { scramVerifier } from './scram.ts';
import { readSecretFile } from './secret-file.ts';

/** Owns the application's database and all in it; nobody logs in as it. */
export const OWNER = 'cove';
export const SERVICE_ROLES = { api: 'cove_api', scheduler: 'cove_scheduler' } as const;

/** The superuser's connection to one database, closed when `work` is done. */
export async function asSuperuser<T>(
  { database }: BootstrapSettings,
  name: string,
  work: (db: Kysely<Database>) => Promise<T>,
  options: ConnectOptions = {},
): Promise<T> {
  const { superuser: user } = database;
  const password = () => readSecretFile(database.superuserPasswordFile);
  const db = connect({ ...database, user, name }, password, { max: 2, ...options });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** Any number, as long as nobody else locks the same one. */
const LOCK = 2_063_151_020;

/**
 * One program at a time: PostgreSQL refuses two that make the same role or database, or that change the rights of one, in
 * many ways (42710, 23505, 55006, "tuple concurrently updated").
 */
export const asOnlySuperuser = (
  settings: BootstrapSettings,
  name: string,
  work: (db: Kysely<Database>) => Promise<void>,
  options: ConnectOptions = {},
): Promise<void> =>
  asSuperuser(
    settings,
    name,
    (db) =>
      db.connection().execute(async (own) => {
        await sql`SELECT pg_advisory_lock(${LOCK})`.execute(own);
        try {
          await work(own);
        } finally {
          // It ends with the connection, too.
          await sql`SELECT pg_advisory_unlock(${LOCK})`.execute(own).catch(() => {});
        }
      }),
    options,
  );

/** Makes the role where it is missing; it cannot log in before it has a password. */
export async function ensureRole(db: Kysely<Database>, name: string): Promise<void> {
  const found = await sql`SELECT FROM pg_roles WHERE rolname = ${name}`.execute(db);
  if (found.rows.length > 0) return;
  await sql`CREATE ROLE ${sql.id(name)} NOLOGIN`.execute(db);
}

/** From now on the role logs in with this password; connections it has stay. */
export async function setPassword(db: Kysely<Database>, name: string, password: string): Promise<void> {
  await sql`ALTER ROLE ${sql.id(name)} LOGIN PASSWORD ${sql.lit(scramVerifier(password))}`.execute(db);
}

export async function ensureDatabase(db: Kysely<Database>, name: string, owner: string): Promise<void> {
  const found = await sql`SELECT FROM pg_database WHERE datname = ${name}`.execute(db);
  if (found.rows.length === 0) {
    await sql`CREATE DATABASE ${sql.id(name)} OWNER ${sql.id(owner)} TEMPLATE template0 ENCODING 'UTF8'`.execute(
      db,
    );
  }
  await sql`REVOKE ALL ON DATABASE ${sql.id(name)} FROM PUBLIC`.execute(db);
}
