/** New passwords for a running service: it reads them when its next connection is refused, and goes on. */
import { sql } from 'kysely';
import type { BootstrapSettings } from '../settings.ts';
import type { Log } from './main.ts';
import { asOperator } from './platform.ts';
import { asRedisAdministrator, setServiceUser } from './queue.ts';
import { asSuperuser, SERVICE_ROLES, setPassword } from './roles.ts';
import { newPassword } from './secret-file.ts';
import type { Service } from './service-secrets.ts';

/** Changes the database and queue passwords. Interrupted, `bootstrap` completes it: what is in Vault holds. */
export async function rotateService(settings: BootstrapSettings, service: Service, log: Log): Promise<void> {
  const path = `services/${service}`;
  const fresh = { database_password: newPassword(), queue_password: newPassword() };
  const secrets = await asOperator(settings);
  try {
    const before = await secrets.get(path, { fresh: true });
    await asRedisAdministrator(settings, log, async (redis) => {
      await setServiceUser(redis, service, fresh.queue_password, { keepOld: true });
      await asSuperuser(settings, 'postgres', async (db) => {
        // Connected before Vault tells another password: until PostgreSQL knows it too, it lets nobody new in.
        await sql`SELECT 1`.execute(db);
        await secrets.put(path, { ...before, ...fresh });
        await setPassword(db, SERVICE_ROLES[service], fresh.database_password);
      });
      await setServiceUser(redis, service, fresh.queue_password);
    });
    log(`${service}: has new passwords`);
  } finally {
    await secrets.close();
  }
}
