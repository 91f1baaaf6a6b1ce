/** Redis' users of API, scheduler and worker groups. */
import type { Redis } from 'ioredis';
import { Connection } from '../platform/redis-connection.ts';
import { SERVICE_RULES, setUser } from '../platform/redis-users.ts';
import type { BootstrapSettings } from '../settings.ts';
import type { Log } from './main.ts';
import { patiently } from './patience.ts';
import { readSecretFile } from './secret-file.ts';
import type { Service } from './service-secrets.ts';

/** The administrator's connection, closed when `work` is done. */
export async function asRedisAdministrator<T>(
  { queue }: BootstrapSettings,
  log: Log,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const { host, port, tls, adminUser: user } = queue;
  const connection = await Connection.open({ host, port, tls, user }, () =>
    readSecretFile(queue.adminPasswordFile),
  );
  try {
    await patiently('Redis', log, () => connection.run((redis) => redis.ping()));
    return await connection.run(work);
  } finally {
    connection.close();
  }
}

export const setServiceUser = (
  redis: Redis,
  service: Service,
  password: string,
  options: { keepOld?: boolean } = {},
) => setUser(redis, service, password, SERVICE_RULES[service], options);
