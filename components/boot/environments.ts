/**
 * What the application host reads of environments, from an entry of the secret store, at its boot and every minute after:
 * so another environment, or another ceiling, is no other host. Pure.
 */
import type { BootstrapSettings, StoredEnvironments } from '../../app/settings.ts';
import type { SecretEntry } from './contract.ts';
import { FILES } from './settings.ts';

export interface EnvironmentBoot {
  /** Without `workers`: machines join by their own proof. */
  environment: Omit<BootstrapSettings['environments'][number], 'workers'>;
  /** The queue's user that the stack made for its workers; absent: bootstrap makes it, or they have the API's relay. */
  queueUser?: { user: string; password: SecretEntry } | undefined;
}

/** The text of the entry. No secret is in it. Azure takes 25 KB, about seventy environments; the others 64 KB. */
export function environmentsText(all: EnvironmentBoot[]): string {
  const users = all.flatMap(({ environment: { slug }, queueUser }) =>
    queueUser === undefined ? [] : [{ slug, ...queueUser }],
  );
  const stored: StoredEnvironments = {
    environments: all.map(({ environment }) => ({ ...environment, workers: [] })),
    queueUsers: Object.fromEntries(
      users.map(({ slug, user }) => [slug, { user, passwordFile: FILES.queue(user) }]),
    ),
    entries: users.map(({ user, password }) => ({ file: FILES.queue(user), ...password, written: false })),
  };
  return JSON.stringify(stored);
}
