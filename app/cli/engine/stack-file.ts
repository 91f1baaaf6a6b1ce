/** `Pulumi.<stack>.yaml` holds the key that encrypts secrets, itself encrypted by the cloud. The state knows it too. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Latest } from './state-file.ts';

/** On a machine that has not worked on this installation yet; without it the engine would ask for a passphrase. */
export async function restoreStackFile(
  project: string,
  stack: string,
  { secrets_providers: secrets }: Latest,
): Promise<void> {
  const file = join(project, `Pulumi.${stack}.yaml`);
  const { url, encryptedkey } = secrets?.state ?? {};
  if (secrets?.type !== 'cloud' || url === undefined || encryptedkey === undefined || existsSync(file))
    return;
  await mkdir(project, { recursive: true, mode: 0o700 });
  await writeFile(file, stringify({ secretsprovider: url, encryptedkey }), { mode: 0o600 });
}
