/**
 * Environments that the stack keeps in the secret store: a host that reads them there, again and again, need not be made
 * anew when the config has another one (design 12). Nothing in them is secret; the host's identity just reads this store
 * already, on every cloud.
 */
import { z } from 'zod';
import { CoveError } from '../platform/errors.ts';
import { type BootstrapSettings, type SecretStoreSettings, StoredEnvironments } from '../settings.ts';
import type { Log } from './main.ts';
import { patiently } from './patience.ts';
import { findSecretFile, writeSecretFile } from './secret-file.ts';
import { type OpenCloud, openCloud } from './secret-store.ts';

export interface Stored {
  /** With the environments, their queue users, and where the passwords of these lie. */
  settings: BootstrapSettings;
  /** Whether these very environments were taken over before, on this host. */
  known: boolean;
  /** Says that they are taken over. */
  done(): Promise<void>;
}

/** Settings that name no such entry are all there is to know. */
export async function readEnvironments(
  settings: BootstrapSettings,
  log: Log,
  open: OpenCloud = openCloud,
): Promise<Stored> {
  const { secretStore: store } = settings;
  if (store?.environments === undefined) return { settings, known: false, done: async () => {} };
  const { file, secret } = store.environments;
  const cloud = await open(store);
  const text = await patiently('the secret store', log, () => cloud.read(secret));
  return {
    settings: withEnvironments(settings, store, parse(secret, text)),
    known: text?.trim() === (await findSecretFile(file)),
    done: () => writeSecretFile(file, text ?? ''),
  };
}

function withEnvironments(
  settings: BootstrapSettings,
  store: SecretStoreSettings,
  { environments, queueUsers, entries }: StoredEnvironments,
): BootstrapSettings {
  const { queue } = settings;
  const users = queue.users.kind === 'managed' ? { ...queue.users, environments: queueUsers } : queue.users;
  return {
    ...settings,
    secretStore: { ...store, entries: [...store.entries, ...entries] },
    queue: { ...queue, users },
    environments,
  };
}

function parse(secret: string, text: string | null): StoredEnvironments {
  const refuse = (found: string) =>
    new CoveError(
      'conflict',
      `The entry ${secret} of the secret store ${found}: the stack fills it, so run \`cove up\` again`,
    );
  if (text === null) throw refuse('is empty');
  const parsed = StoredEnvironments.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw refuse(`does not tell the environments (${z.prettifyError(parsed.error)})`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
