/**
 * A last copy of what a purge deletes: a dump of PostgreSQL, and the Secrets without which nobody opens what Vault keeps in
 * it. A cluster keeps neither, so both go to the operator's machine; docs/kubernetes.md says how they are had back.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { KubernetesConfig } from '../../../../config/schema.ts';
import type { Cluster } from '../../../platform/cluster.ts';
import type { StateResource } from '../../engine/state-file.ts';
import { CliError, EXIT, needsAPerson } from '../../errors.ts';
import { coveHome, placesOf } from '../../installation.ts';
import { titleOf } from '../fate.ts';
import { outputIn } from './exec.ts';
import { judgePod, podOf } from './host.ts';
import { inCluster } from './open.ts';

/** With the server's own programs and password; a dump that was cut short is no success. */
const DUMP = [
  'export PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")"',
  'pg_dumpall --clean --if-exists --no-password --host 127.0.0.1 --username "$POSTGRES_USER" | gzip',
].join('\n');
/** Passwords of servers that go as well: those that are made anew have their own. */
const OF_SERVERS = ['database', 'queue'];
const END = 'database cluster dump complete';

export async function lastBackup(
  name: string,
  config: KubernetesConfig,
  kept: StateResource[],
  say: (line: string) => void,
  now = new Date(),
): Promise<string[]> {
  const secrets = kept.filter(
    (one) =>
      titleOf(one).startsWith('Secret ') && !OF_SERVERS.some((server) => titleOf(one) === `Secret ${server}`),
  );
  const hasDatabase = kept.some((one) => titleOf(one) === 'PersistentVolumeClaim database');
  if (secrets.length === 0 && !hasDatabase) return [];
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = join(placesOf(coveHome(), name).folder, 'backups', `${stamp}Z`);
  const told = [`What nobody can make again is in ${folder}; docs/kubernetes.md says how it is had back:`];
  await inCluster(config, async (cluster) => {
    const pod = hasDatabase ? await runningDatabase(cluster, name, config) : undefined;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'secrets.json');
    const items = await Promise.all(secrets.map(({ id }) => secretOf(cluster, id)));
    const list = { apiVersion: 'v1', kind: 'List', items: items.filter((item) => item !== null) };
    await writeFile(file, `${JSON.stringify(list, null, 2)}\n`, { mode: 0o600 });
    told.push('  secrets.json: the key of Vault and its logins. Keep it where nobody else reads it.');
    if (pod === undefined) return;
    say('dump of PostgreSQL');
    await dump(cluster, pod, join(folder, 'database.sql.gz'));
    told.push('  database.sql.gz: all of PostgreSQL.');
  });
  return told;
}

async function runningDatabase(cluster: Cluster, name: string, config: KubernetesConfig) {
  const pod = await podOf(cluster, name, config, 'database');
  if (pod !== null && judgePod('database', pod).level === 'ok') return pod;
  throw needsAPerson(
    'PostgreSQL does not run, so no last copy can be made of it.',
    '`npx cove up` starts it; then purge again. Or let it go without: --allow-data-loss database.',
  );
}

/** As it can be put back: without what the cluster adds. Null: it is gone already. */
async function secretOf(cluster: Cluster, id = '') {
  const [namespace, own] = id.split('/');
  const found = await cluster.find(`/api/v1/namespaces/${namespace}/secrets/${own}`);
  if (found === null) return null;
  const { type, data, metadata } = found;
  const { labels } = metadata;
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: own, namespace, labels }, type, data };
}

/** It has its name once it is whole. */
async function dump(
  cluster: Cluster,
  { metadata }: { metadata: { name: string; namespace: string } },
  file: string,
) {
  const { name: pod, namespace } = metadata;
  const command = ['bash', '-o', 'pipefail', '-c', DUMP];
  const output = await outputIn(cluster, { namespace, pod, container: 'database', command });
  await pipeline(output, createWriteStream(`${file}.part`, { mode: 0o600 }));
  let end = '';
  await pipeline(createReadStream(`${file}.part`), createGunzip(), async (text) => {
    for await (const part of text) end = (end + part).slice(-2000);
  });
  if (!end.includes(END))
    throw new CliError(`The dump in ${file}.part is not whole.`, {
      exitCode: EXIT.failed,
      todo: 'Purge again: nothing was deleted.',
    });
  await rename(`${file}.part`, file);
}
