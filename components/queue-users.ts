/**
 * Redis' users where the cloud makes them (AWS ElastiCache; design 5). The application has the same table for the Redis
 * whose users it makes itself, `app/platform/redis-users.ts`; a test holds both equal.
 */

const LISTS = ['+rpush', '+lrem', '+lrange', '+llen'];
const LOGS = ['+xrange', '+xlen', '+xtrim', '+xadd', '+del'];
const SUBSCRIBE = ['+subscribe', '+unsubscribe'];
const EVERYTHING = ['~cove:*', '&cove:*', '+ping'];

/** What the users of API and scheduler may do. */
export const SERVICE_RULES = {
  api: [
    ...EVERYTHING,
    ...LISTS,
    ...LOGS,
    '+xread',
    '+blpop',
    '+publish',
    ...SUBSCRIBE,
    '+client|id',
    '+client|unblock',
  ],
  scheduler: [...EVERYTHING, ...LISTS, ...LOGS, '+publish', '+scan'],
} as const;

/** What the user of an environment's workers may do. Throws where the slug could widen it. */
export function workerRules(slug: string): string[] {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(slug))
    throw new Error(`${JSON.stringify(slug)} is not an environment's slug`);
  return [`~cove:${slug}:*`, `&cove:${slug}:*`, '+ping', '+rpush', '+blpop', '+xadd', ...SUBSCRIBE];
}

/** The login name of an environment's workers. */
export const workerUser = (slug: string): string => `worker-${slug}`;

/**
 * Rules as ElastiCache's access string: nothing but what is listed.
 * Source: Amazon ElastiCache User Guide, "Specifying permissions using an access string".
 */
export const accessString = (rules: readonly string[]): string =>
  ['on', 'resetchannels', '-@all', ...rules].join(' ');

export interface QueueUser {
  /** What it logs in as. */
  name: string;
  access: string;
}

/** All that an installation has: API, scheduler, and one for each environment's workers. */
export const queueUsers = (environments: string[]): QueueUser[] => [
  { name: 'api', access: accessString(SERVICE_RULES.api) },
  { name: 'scheduler', access: accessString(SERVICE_RULES.scheduler) },
  ...environments.map((slug) => ({ name: workerUser(slug), access: accessString(workerRules(slug)) })),
];
