/** The queue login of an environment's workers, in Vault; `hello` hands it to them. */
import type { Redis } from 'ioredis';
import { setUser, workerRules, workerUser } from '../platform/redis-users.ts';
import type { SecretStore } from '../platform/vault.ts';
import type { BootstrapSettings } from '../settings.ts';
import type { Log } from './main.ts';
import { asRedisAdministrator } from './queue.ts';
import { newPassword, readSecretFile } from './secret-file.ts';

const pathOf = (slug: string) => `environments/${slug}`;

/** Where an environment gets no login, what it had goes: its workers have the API's relay (design 5). */
export async function ensureQueueLogins(
  settings: BootstrapSettings,
  secrets: SecretStore,
  log: Log,
): Promise<void> {
  const { users } = settings.queue;
  const slugs = settings.environments.map(({ slug }) => slug);
  if (users.kind === 'acl') {
    await asRedisAdministrator(settings, log, async (redis) => {
      for (const slug of slugs) await makeLogin(redis, secrets, slug);
    });
    return;
  }
  for (const slug of slugs) {
    const given = users.kind === 'managed' ? users.environments[slug] : undefined;
    const before = await secrets.find(pathOf(slug), { fresh: true });
    const { queue_username, queue_password, ...rest } = before ?? {};
    const login: Record<string, string> = given
      ? { queue_username: given.user, queue_password: await readSecretFile(given.passwordFile) }
      : {};
    if (queue_username === login.queue_username && queue_password === login.queue_password) continue;
    await secrets.put(pathOf(slug), { ...rest, ...login });
  }
}

async function makeLogin(redis: Redis, secrets: SecretStore, slug: string): Promise<void> {
  const before = await secrets.find(pathOf(slug), { fresh: true });
  const login = { queue_username: workerUser(slug), queue_password: before?.queue_password ?? newPassword() };
  if (!before?.queue_password) await secrets.put(pathOf(slug), { ...before, ...login });
  await setUser(redis, login.queue_username, login.queue_password, workerRules(slug));
}
