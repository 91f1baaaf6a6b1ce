import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asRedisAdministrator } from '../../app/bootstrap/queue.ts';
import { asSuperuser } from '../../app/bootstrap/roles.ts';
import { rotateService } from '../../app/bootstrap/rotate.ts';
import { connect } from '../../app/platform/postgres.ts';
import { connectQueue } from '../../app/platform/redis.ts';
import { openPlatform } from '../../app/services.ts';
import { type BareInstallation, bareInstallation } from '../support/bare-installation.ts';
import { until } from '../support/process.ts';

let at: BareInstallation;
let opened: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  at = await bareInstallation();
  await at.bootstrap();
  opened = await openPlatform(at.service('api'));
});
afterAll(async () => {
  await opened?.close();
  await at?.stop();
});

/** Ends every connection the API has, as a restart of the servers would. */
async function disconnect(): Promise<void> {
  await asSuperuser(at.settings, 'postgres', (db) =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cove_api'`.execute(db),
  );
  await asRedisAdministrator(
    at.settings,
    () => {},
    (redis) => redis.client('KILL', 'USER', 'api'),
  );
}

test('whoever connects while passwords are rotated is let in', async () => {
  const { secrets, queue } = opened.platform;
  const before = await secrets.get('services/api', { fresh: true });
  const login = (name: string) => async (fresh: boolean) =>
    (await secrets.get('services/api', { fresh }))[name]!;
  const { database, queue: address } = at.service('api');
  const failures: unknown[] = [];
  let rounds = 0;
  let ended = false;
  const work = async () => {
    for (; !ended; rounds++) {
      const db = connect(database, login('database_password'));
      const redis = await connectQueue(address, login('queue_password'));
      await Promise.all([
        sql`SELECT 1`.execute(db),
        redis.ring('local', 'x'),
        queue.ring('local', 'y'),
      ]).catch((error) => failures.push(error));
      await Promise.all([db.destroy(), redis.close()]);
    }
  };
  const working = work();
  await until('first round', () => rounds > 0);
  for (let time = 0; time < 3; time++) {
    await rotateService(at.settings, 'api', () => {});
    const rotated = rounds;
    await until('another round', () => rounds > rotated + 1);
  }
  ended = true;
  await working;
  expect(failures).toEqual([]);

  const after = await secrets.get('services/api', { fresh: true });
  expect(after.database_password).not.toBe(before.database_password);
  expect(after.queue_password).not.toBe(before.queue_password);
  expect(after.session_key).toBe(before.session_key);
});

test('new connections use the new passwords, within the time of a cached one', async () => {
  await rotateService(at.settings, 'api', () => {});
  await disconnect();
  const { db, queue } = opened.platform;
  await until(
    'the database answers',
    () =>
      db
        .selectFrom('users')
        .select('id')
        .execute()
        .then(
          () => true,
          () => false,
        ),
    5,
  );
  await until(
    'the queue answers',
    () =>
      queue.ring('local', 'y').then(
        () => true,
        () => false,
      ),
    5,
  );
});

test('a bootstrap after an interrupted rotation makes everything follow Vault', async () => {
  await asSuperuser(at.settings, 'postgres', (db) => sql`ALTER ROLE cove_api PASSWORD 'lost'`.execute(db));
  await at.bootstrap('platform');
  await disconnect();
  const { db } = opened.platform;
  await until(
    'the database answers',
    () =>
      db
        .selectFrom('users')
        .select('id')
        .execute()
        .then(
          () => true,
          () => false,
        ),
    5,
  );
});
