/** Redis' users of API, scheduler and worker groups: made here, or made by the stack and only told here. */
import type { Redis } from 'ioredis';
import { CoveError } from '../platform/errors.ts';
import { Connection } from '../platform/redis-connection.ts';
import { SERVICE_RULES, setUser } from '../platform/redis-users.ts';
import type { AclUsers, BootstrapSettings } from '../settings.ts';
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
  const { users, ...address } = queue;
  const { adminUser: user, adminPasswordFile } = requireAcl(users);
  const connection = await Connection.open({ ...address, user }, () => readSecretFile(adminPasswordFile));
  try {
    await patiently('Redis', log, () => connection.run((redis) => redis.ping()));
    return await connection.run(work);
  } finally {
    connection.close();
  }
}

function requireAcl(users: BootstrapSettings['queue']['users']): AclUsers {
  if (users.kind === 'acl') return users;
  throw new CoveError(
    'conflict',
    `Redis' users here are ${users.kind}: the stack makes them and changes their passwords, with \`cove up\``,
  );
}

export const setServiceUser = (
  redis: Redis,
  service: Service,
  password: string,
  options: { keepOld?: boolean } = {},
) => setUser(redis, service, password, SERVICE_RULES[service], options);

/** The password the stack gave a service; undefined where we make it. */
export async function givenPassword(
  { users }: BootstrapSettings['queue'],
  service: Service,
): Promise<string | undefined> {
  if (users.kind === 'acl') return undefined;
  return readSecretFile(users.kind === 'shared' ? users.passwordFile : users[service].passwordFile);
}
