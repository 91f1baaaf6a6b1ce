import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate, planMigration, readMigrations } from '../../../app/platform/migrate.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase({ empty: true });
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
const put = (file: string, text: string) => writeFile(join(folder, file), text);
const tables = async () => {
  const query = sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  return (await query.execute(database.db)).rows.map(({ name }) => name).sort();
};

beforeEach(async () => {
  await put('0001_one.sql', 'CREATE TABLE one (id int); INSERT INTO one VALUES (1)');
  await put('0001_one.down.sql', 'DROP TABLE one');
  await put('0002_two.sql', 'CREATE TABLE two (id int)');
  await put('0002_two.down.sql', 'DROP TABLE two');
  await rm(join(folder, '0003_bad.sql'), { force: true });
});

describe('migrate', () => {
  test('goes forward, is idempotent, and goes back', async () => {
    expect(await migrate(database.db, { folder })).toEqual(['0001_one', '0002_two']);
    expect(await migrate(database.db, { folder })).toEqual([]);
    expect(await tables()).toEqual(['one', 'schema_migrations', 'two']);
    expect(await migrate(database.db, { folder, to: 0 })).toEqual(['0002_two', '0001_one']);
    expect(await tables()).toEqual(['schema_migrations']);
  });

  test('two at once do it once', async () => {
    const both = await Promise.all([migrate(database.db, { folder }), migrate(database.db, { folder })]);
    expect(both.flat().sort()).toEqual(['0001_one', '0002_two']);
  });

  test('a failing file changes nothing and is named', async () => {
    await migrate(database.db, { folder });
    await put('0003_bad.sql', 'CREATE TABLE three (id int); SELECT no_such_function()');
    await expect(migrate(database.db, { folder })).rejects.toThrow(/0003_bad\.sql failed.*no_such_function/);
    expect(await tables()).toEqual(['one', 'schema_migrations', 'two']);
  });

  test('a file that was changed after it ran is refused', async () => {
    await migrate(database.db, { folder });
    await put('0002_two.sql', 'CREATE TABLE two (id bigint)');
    await expect(migrate(database.db, { folder })).rejects.toThrow(/0002_two ran.*has been changed/);
  });

  test('a schema newer than the program is told as such', async () => {
    const [one] = await readMigrations(folder);
    await migrate(database.db, { folder });
    const applied = [one!, { ...one!, version: 2, name: '0002_future' }];
    expect(() => planMigration(applied, [one!])).toThrow(/0002_future.*newer Cove/);
  });

  test('each with a number of its own, or the file is named; one may be left out', async () => {
    await put('0004_later.sql', 'CREATE TABLE four (id int)');
    expect((await readMigrations(folder)).map(({ version }) => version)).toEqual([1, 2, 4]);
    await put('0004_twice.sql', '');
    await expect(readMigrations(folder)).rejects.toThrow(
      /0004_twice\.sql: 0004_later\.sql has the same number/,
    );
    await rm(join(folder, '0004_twice.sql'));
    await put('nameless.sql', '');
    await expect(readMigrations(folder)).rejects.toThrow(/nameless\.sql: expected a name like 0007_/);
    await rm(join(folder, 'nameless.sql'));
    await rm(join(folder, '0004_later.sql'));
  });

  test('one that comes late is caught up with', async () => {
    await put('0004_four.sql', 'CREATE TABLE four (id int)');
    await put('0004_four.down.sql', 'DROP TABLE four');
    await migrate(database.db, { folder });
    await put('0003_three.sql', 'CREATE TABLE three (id int)');
    await put('0003_three.down.sql', 'DROP TABLE three');
    expect(await migrate(database.db, { folder })).toEqual(['0003_three']);
    expect(await migrate(database.db, { folder, to: 2 })).toEqual(['0004_four', '0003_three']);
    for (const name of ['0003_three', '0004_four']) {
      await rm(join(folder, `${name}.sql`));
      await rm(join(folder, `${name}.down.sql`));
    }
  });
});

test('the shipped schema goes forward, back to nothing, and forward again', async () => {
  const shipped = await testDatabase({ empty: true });
  const done = await migrate(shipped.db);
  expect(await migrate(shipped.db, { to: 0 })).toEqual(done.toReversed());
  const left = sql<{
    n: number;
  }>`SELECT count(*) AS n FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace
    WHERE nspname = 'public' AND relname NOT LIKE 'schema_migrations%'`;
  expect((await left.execute(shipped.db)).rows).toEqual([{ n: 0 }]);
  expect(await migrate(shipped.db)).toEqual(done);
  await shipped.close();
});
