import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPlans } from '../../../app/platform/kept-plans.ts';
import { connect, withTransaction } from '../../../app/platform/postgres.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('connect', () => {
  test('counts arrive as numbers, times as dates, json as values', async () => {
    const row = await sql<{ many: number; now: Date; list: number[] }>`
      SELECT count(*) AS many, now() AS now, '[1, 2]'::jsonb AS list FROM users`.execute(database.db);
    expect(row.rows[0]).toEqual({ many: 0, now: expect.any(Date), list: [1, 2] });
  });

  test('a server that is away is unavailable, at once', async () => {
    const db = connect({ ...database.settings, port: 1 }, database.password);
    await expect(db.selectFrom('users').selectAll().execute()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    await db.destroy();
  });

  test('a rotated password is asked for again, past any cache', async () => {
    const role = `rotated_${database.settings.name}`;
    await sql.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'first'`).execute(database.db);
    const asked: boolean[] = [];
    const truth = { cached: 'first', stored: 'first' };
    const db = connect({ ...database.settings, user: role }, async (fresh) => {
      asked.push(fresh);
      if (fresh) truth.cached = truth.stored;
      return truth.cached;
    });
    const whoami = sql`SELECT current_user AS role`;
    const [taken, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const held = db.connection().execute(() => {
      taken.resolve();
      return release.promise;
    });
    await taken.promise;
    truth.stored = 'second';
    await sql.raw(`ALTER ROLE ${role} PASSWORD 'second'`).execute(database.db);
    expect((await whoami.execute(db)).rows).toEqual([{ role }]);
    expect(asked.at(-1)).toBe(true);
    release.resolve();
    await held;
    await db.destroy();
    await sql.raw(`DROP ROLE ${role}`).execute(database.db);
  });

  test('connections that the server ends are replaced', async () => {
    const db = connect(database.settings, database.password, { max: 1 });
    await sql`SELECT 1`.execute(db);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(database.db);
    await expect.poll(() => sql`SELECT 1 AS one`.execute(db).then(({ rows }) => rows)).toEqual([{ one: 1 }]);
    await db.destroy();
  });
});

describe('keepPlans', () => {
  test('a statement is planned once on a connection, whatever is looked for', async () => {
    const db = connect(database.settings, database.password, { max: 1 });
    const named = (name: string) =>
      keepPlans(db).selectFrom('organizations').select('id').where('name', '=', name).execute();
    for (const name of ['a', 'b', 'c']) await named(name);
    await sql`SELECT ${'unmarked'}::text`.execute(db);
    const { rows } = await sql<{ statement: string }>`SELECT statement FROM pg_prepared_statements`.execute(
      db,
    );
    expect(rows).toEqual([{ statement: expect.stringContaining('from "organizations"') }]);
    await db.destroy();
  });

  test('a migration under them is not noticed, outside of a transaction and in one', async () => {
    const db = keepPlans(connect(database.settings, database.password, { max: 2 }));
    await sql`CREATE TABLE moving (a int)`.execute(db);
    await sql`INSERT INTO moving VALUES (1)`.execute(db);
    const look = (over = db) => sql`SELECT * FROM moving WHERE a = ${1}`.execute(over);
    const both = () => Promise.all([look(), withTransaction(db, look)]);
    for (let i = 0; i < 3; i++) await both();
    await sql`ALTER TABLE moving ADD COLUMN b int`.execute(db);
    for (const { rows } of await both()) expect(rows).toEqual([{ a: 1, b: null }]);
    await sql`DROP TABLE moving`.execute(db);
    await db.destroy();
  });

  test('a list of many values keeps none', async () => {
    const db = connect(database.settings, database.password, { max: 1 });
    for (const length of [61, 62]) {
      const names = Array.from({ length }, (_, n) => `${n}`);
      await keepPlans(db).selectFrom('organizations').select('id').where('name', 'in', names).execute();
    }
    const { rows } = await sql`SELECT FROM pg_prepared_statements`.execute(db);
    expect(rows).toEqual([]);
    await db.destroy();
  });
});

describe('withTransaction', () => {
  const count = async () => (await database.db.selectFrom('organizations').select('id').execute()).length;

  test('an inner one joins the outer one', async () => {
    await expect(
      withTransaction(database.db, async (outer) => {
        await withTransaction(outer, (tx) =>
          tx.insertInto('organizations').values({ name: 'lost' }).execute(),
        );
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await count()).toBe(0);
  });
});
