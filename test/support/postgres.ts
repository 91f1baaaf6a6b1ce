/** A migrated database for one test file: a clone of the shared server's template. */
import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { connect, type DatabaseAddress } from '../../app/platform/postgres.ts';
import type { Database } from '../../app/platform/tables.ts';
import { SUPERUSER, SUPERUSER_PASSWORD, TEMPLATE } from './postgres-server.ts';
import { sharedService } from './services.ts';

export interface TestDatabase {
  db: Kysely<Database>;
  settings: DatabaseAddress;
  password(): Promise<string>;
  /** Drops it. */
  close(): Promise<void>;
}

/** `empty`: without the schema. Close it in `afterAll`; what is left open goes with the server. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const address = await sharedService('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const login = (database: string) => ({ ...address, name: database, user: SUPERUSER, tls: false });
  const password = async () => SUPERUSER_PASSWORD;
  const template = options.empty ? 'template0' : TEMPLATE;
  const asAdmin = async (statement: string) => {
    const admin = connect(login('postgres'), password, { max: 1 });
    await sql.raw(statement).execute(admin);
    await admin.destroy();
  };
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  // As many as a part of the platform has: each job of the scheduler takes two.
  const db = connect(login(name), password, { max: 10 });
  let closed: Promise<void> | undefined;
  const close = async () => {
    await db.destroy();
    await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    db,
    settings: login(name),
    password,
    close() {
      closed ??= close();
      return closed;
    },
  };
}
