/** Redis' ACL users: each may touch only what its part of Cove needs (design 5). */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

const LISTS = ['+rpush', '+lrem', '+lrange', '+llen'];
const LOGS = ['+xrange', '+xlen', '+xtrim', '+xadd', '+del'];
const PLAIN = ['+ping'];

/** What the API's and the scheduler's users may do. */
export const SERVICE_RULES = {
  api: [
    '~cove:*',
    '&cove:*',
    ...PLAIN,
    ...LISTS,
    ...LOGS,
    '+xread',
    '+blpop',
    '+publish',
    '+subscribe',
    '+unsubscribe',
    '+client|id',
    '+client|unblock',
  ],
  scheduler: ['~cove:*', '&cove:*', ...PLAIN, ...LISTS, ...LOGS, '+publish', '+scan'],
} as const;

/** What one worker group may do, below its own environment's names. */
export function workerRules(slug: string): string[] {
  // A pattern's special characters in a slug would widen what the user may touch.
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(slug))
    throw new Error(`${JSON.stringify(slug)} is not an environment's slug`);
  return [
    `~cove:${slug}:*`,
    `&cove:${slug}:*`,
    ...PLAIN,
    '+rpush',
    '+blpop',
    '+xadd',
    '+subscribe',
    '+unsubscribe',
  ];
}
export const workerUser = (slug: string) => `worker-${slug}`;

/**
 * Makes or changes a user and saves the ACL file. `keepOld`: passwords it had stay valid, for a rotation without
 * a gap. Only the password's hash travels.
 */
export async function setUser(
  redis: Redis,
  name: string,
  password: string,
  rules: readonly string[],
  options: { keepOld?: boolean } = {},
): Promise<void> {
  const hash = `#${createHash('sha256').update(password).digest('hex')}`;
  const forget = options.keepOld ? [] : ['resetpass'];
  await redis.acl('SETUSER', name, 'on', ...forget, hash, 'resetkeys', 'resetchannels', '-@all', ...rules);
  await saveUsers(redis);
}

/** Keeps the users over a restart. A Redis that is not run with an ACL file (a managed one) keeps them itself. */
export async function saveUsers(redis: Redis): Promise<void> {
  try {
    await redis.acl('SAVE');
  } catch (error) {
    if (!/not configured to use an ACL file/.test((error as Error).message)) throw error;
  }
}
