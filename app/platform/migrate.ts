/** The schema, forward and back: plain SQL files `NNNN_name.sql` and `NNNN_name.down.sql`, each in one transaction. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { CoveError } from './errors.ts';
import type { Database } from './tables.ts';

export interface Migration {
  version: number;
  /** `0001_start` */
  name: string;
  up: string;
  /** Null: there is no way back. */
  down: string | null;
  /** SHA-256 of `up`: a file that was changed after it ran is noticed. */
  checksum: string;
}
/** A row of `schema_migrations`. */
export interface Applied {
  version: number;
  name: string;
  checksum: string;
}
export interface Step {
  direction: 'up' | 'down';
  migration: Migration;
}
export interface MigrateOptions {
  /** @default the program's own migrations */
  folder?: string;
  /** Version to end at; 0: an empty schema. @default the newest */
  to?: number;
  log?: (message: string) => void;
}

const OWN_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));
/** Any number, as long as nobody else locks the same one. */
const LOCK = 2_063_151_019;
const mended = (message: string) => new CoveError('conflict', message);

/** Brings the schema to a version; two at once wait for one another. Returns the names of what was done. */
export async function migrate(db: Kysely<Database>, options: MigrateOptions = {}): Promise<string[]> {
  const available = await readMigrations(options.folder ?? OWN_FOLDER);
  return db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${LOCK})`.execute(connection);
    try {
      const steps = planMigration(await readApplied(connection), available, options.to);
      for (const step of steps) {
        await run(connection, step);
        options.log?.(`schema: ${step.migration.name} ${step.direction === 'up' ? 'applied' : 'taken back'}`);
      }
      return steps.map(({ migration }) => migration.name);
    } finally {
      await sql`SELECT pg_advisory_unlock(${LOCK})`.execute(connection).catch(() => {});
    }
  });
}

/** What has to run, in order. Pure. */
export function planMigration(applied: Applied[], available: Migration[], to?: number): Step[] {
  const newest = available.at(-1)?.version ?? 0;
  const target = to ?? newest;
  if (target > newest) throw mended(`There is no migration ${target}; the newest one here is ${newest}`);
  for (const row of applied) {
    const own = available.find(({ version }) => version === row.version);
    if (!own) {
      throw mended(
        `The database has migration ${row.name}, this program knows them up to ${newest}: ` +
          'the schema is of a newer Cove. Run that version, or let it take the schema back first',
      );
    }
    if (own.name !== row.name || own.checksum !== row.checksum) {
      throw mended(
        `Migration ${row.name} ran on this database, but ${own.name}.sql has been changed since: ` +
          'put the file back as it was, and write the change as a new migration',
      );
    }
  }
  const done = new Set(applied.map(({ version }) => version));
  const up = available.filter(({ version }) => version <= target && !done.has(version));
  const down = available.filter(({ version }) => version > target && done.has(version)).reverse();
  for (const { name, down: back } of down) {
    if (back === null) throw mended(`Migration ${name} cannot be taken back: there is no ${name}.down.sql`);
  }
  return [
    ...down.map((migration) => ({ direction: 'down' as const, migration })),
    ...up.map((migration) => ({ direction: 'up' as const, migration })),
  ];
}

/** The folder's migrations, oldest first; throws where one has no number, or two have the same. Numbers may be left out. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = new Set((await readdir(folder)).filter((file) => file.endsWith('.sql')));
  const ups = [...files].filter((file) => !file.endsWith('.down.sql')).sort();
  return Promise.all(
    ups.map(async (file, index) => {
      const name = file.slice(0, -'.sql'.length);
      const version = Number(/^(\d{4})_[a-z0-9_]+$/.exec(name)?.[1] ?? 0);
      if (version === 0) throw mended(`${join(folder, file)}: expected a name like 0007_what.sql`);
      if (ups[index - 1]?.startsWith(file.slice(0, 5)))
        throw mended(
          `${join(folder, file)}: ${ups[index - 1]} has the same number; choose the next free one`,
        );
      const up = await readFile(join(folder, file), 'utf8');
      const back = `${name}.down.sql`;
      const down = files.has(back) ? await readFile(join(folder, back), 'utf8') : null;
      return { version, name, up, down, checksum: createHash('sha256').update(up).digest('hex') };
    }),
  );
}

async function readApplied(db: Kysely<Database>): Promise<Applied[]> {
  await sql`CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`.execute(db);
  const query = sql<Applied>`SELECT version, name, checksum FROM schema_migrations ORDER BY version`;
  return (await query.execute(db)).rows;
}

async function run(db: Kysely<Database>, { direction, migration }: Step): Promise<void> {
  const { version, name, up, down, checksum } = migration;
  await db
    .transaction()
    .execute(async (tx) => {
      await sql.raw(direction === 'up' ? up : (down ?? '')).execute(tx);
      await (direction === 'up'
        ? sql`INSERT INTO schema_migrations (version, name, checksum) VALUES (${version}, ${name}, ${checksum})`
        : sql`DELETE FROM schema_migrations WHERE version = ${version}`
      ).execute(tx);
    })
    .catch((error: Error) => {
      const file = direction === 'up' ? `${name}.sql` : `${name}.down.sql`;
      if (error instanceof CoveError) throw error;
      throw new CoveError('conflict', `${file} failed and changed nothing: ${error.message}`, {
        cause: error,
      });
    });
}
