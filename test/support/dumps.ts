/** Everything an installation stores, as text, and every secret it has: for the hunt after secrets in the clear. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import nodeVault from 'node-vault';
import pg from 'pg';
import type { ApiSettings, BootstrapSettings } from '../../app/settings.ts';
import type { Installation } from './installation.ts';

const read = (at: Installation, ...path: string[]) =>
  readFileSync(join(at.home, at.name, ...path), 'utf8').trim();
const settings = <T>(at: Installation, role: string): T => JSON.parse(read(at, 'settings', `${role}.json`));

/** Names that lie beside secrets and are none. */
const PUBLIC = /^(role_id|username|queue_username|accessor|.*_at|shares|threshold|address)$/;

/** Names and values: the files below `keys/` and what each identity can read in Vault. */
export async function secretsOf(at: Installation): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    if (typeof value === 'string' && value.length > 7 && !PUBLIC.test(name.split('/').at(-1) ?? ''))
      secrets.set(name, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) add(`${name}/${key}`, inner);
  };
  for (const file of readdirSync(join(at.home, at.name, 'keys'))) {
    const text = read(at, 'keys', file);
    if (text.startsWith('{')) add(file, JSON.parse(text));
    else if (text.startsWith('-----')) add(file, text.split('\n').at(2));
    else add(file, text);
  }
  for (const [role, paths] of Object.entries({
    api: ['services/api'],
    scheduler: ['services/scheduler'],
    operator: ['operator/administrator'],
  })) {
    const login = JSON.parse(read(at, 'keys', `approle-${role}.json`));
    const vault = nodeVault({ endpoint: settings<ApiSettings>(at, 'api').vault.address });
    const { auth } = await vault.approleLogin(login);
    vault.token = auth.client_token;
    for (const path of paths) add(path, (await vault.read(`cove/data/${path}`)).data.data);
  }
  return secrets;
}

export async function dumpRedis(at: Installation): Promise<string> {
  const { queue } = settings<BootstrapSettings>(at, 'bootstrap');
  if (queue.users.kind !== 'acl') throw new Error('a local installation makes its own users');
  const redis = new Redis({
    host: queue.host,
    port: queue.port,
    username: queue.users.adminUser,
    password: readFileSync(queue.users.adminPasswordFile, 'utf8').trim(),
  });
  try {
    const keys = await redis.keys('*');
    const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    const users = await redis.call('ACL', 'LIST');
    return JSON.stringify(users) + keys.join('\n') + dumps.map((d) => d?.toString('latin1') ?? '').join('\n');
  } finally {
    redis.disconnect();
  }
}

export async function dumpDatabase(at: Installation): Promise<string> {
  const { database } = settings<BootstrapSettings>(at, 'bootstrap');
  let text = '';
  for (const name of ['postgres', database.name, database.vaultName]) {
    await asDatabaseAdministrator(at, name, async (client) => {
      const tables = await client.query(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('information_schema') AND tablename NOT LIKE 'pg_statistic%'`,
      );
      for (const row of tables.rows) {
        const content = await client.query(`SELECT t::text AS line FROM ${row.name} t`);
        text += content.rows.map((r) => r.line).join('\n');
      }
    });
  }
  return text;
}

export async function asDatabaseAdministrator<T>(
  at: Installation,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { host, port, superuser, superuserPasswordFile } = settings<BootstrapSettings>(
    at,
    'bootstrap',
  ).database;
  const password = readFileSync(superuserPasswordFile, 'utf8').trim();
  const client = new pg.Client({ host, port, user: superuser, database, password });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
