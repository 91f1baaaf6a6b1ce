/**
 * Secrets that must outlive the host lie in the cloud's secret store. Here they come to their files, which all other
 * code reads, and what bootstrap writes goes back at once.
 */
import { rm } from 'node:fs/promises';
import { CoveError } from '../platform/errors.ts';
import type { CloudSecrets } from '../platform/secret-stores/store.ts';
import type { BootstrapSettings, SecretStoreSettings } from '../settings.ts';
import type { Log } from './main.ts';
import { patiently } from './patience.ts';
import { findSecretFile, writeSecretFile } from './secret-file.ts';

/** Writes a secret file; when it returns, the secret is also where it outlives this host. */
export type Keep = (path: string, text: string) => Promise<void>;
export type OpenCloud = (settings: SecretStoreSettings) => Promise<CloudSecrets>;
type Entry = SecretStoreSettings['entries'][number];

/** Brings every entry to its file. Without a store the files are all there is. */
export async function openSecretStore(
  { secretStore: settings }: Pick<BootstrapSettings, 'secretStore'>,
  log: Log,
  open: OpenCloud = openCloud,
): Promise<Keep> {
  if (settings === undefined) return writeSecretFile;
  const cloud = await open(settings);
  const send = (entry: Entry, text: string) =>
    patiently('the secret store', log, () => cloud.write(entry.secret, text));
  for (const entry of settings.entries) {
    const text = await patiently('the secret store', log, () => cloud.read(entry.secret));
    await receive(entry, text, send);
  }
  log(`Secret store: ${settings.entries.length} entries are in their files`);
  return async (path, text) => {
    const entry = settings.entries.find(({ file, written }) => written && file === path);
    if (!entry) return writeSecretFile(path, text);
    // Marked until it is sent: whoever comes after a crash then knows that the file is the newer one.
    await writeSecretFile(unsent(path), text);
    await writeSecretFile(path, text);
    await send(entry, text);
    await rm(unsent(path), { force: true });
  };
}

const unsent = (path: string) => `${path}.unsent`;

async function receive(
  entry: Entry,
  text: string | null,
  send: (entry: Entry, text: string) => Promise<void>,
): Promise<void> {
  const { file, secret, written } = entry;
  const left = written ? await findSecretFile(unsent(file)) : null;
  if (left !== null) {
    await writeSecretFile(file, `${left}\n`);
    await send(entry, `${left}\n`);
    await rm(unsent(file), { force: true });
  } else if (text !== null) {
    await writeSecretFile(file, fileText(entry, text));
  } else if (!written) {
    throw new CoveError(
      'conflict',
      `The entry ${secret} of the secret store is empty: the stack fills it, so run \`cove up\` again`,
    );
  }
}

/** What the file holds: the entry itself, or one field of its JSON object. */
function fileText({ secret, field }: Entry, text: string): string {
  if (field === undefined) return text;
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    if (typeof value === 'string') return value;
  } catch {
    // told below, without what the entry holds
  }
  throw new CoveError(
    'conflict',
    `The entry ${secret} of the secret store is no JSON object with a text "${field}"`,
  );
}

/** Each cloud's SDK is loaded only for it. */
export async function openCloud(settings: SecretStoreSettings): Promise<CloudSecrets> {
  switch (settings.kind) {
    case 'aws':
      return (await import('../platform/secret-stores/aws.ts')).awsSecrets(settings);
    case 'gcp':
      return (await import('../platform/secret-stores/gcp.ts')).gcpSecrets(settings);
    case 'azure':
      return (await import('../platform/secret-stores/azure.ts')).azureSecrets(settings);
    case 'kubernetes':
      return (await import('../platform/secret-stores/kubernetes.ts')).kubernetesSecrets(settings);
  }
}
