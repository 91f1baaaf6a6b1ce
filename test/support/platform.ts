/** The platform's outside parts, all real, for tests of verbs and routes; and people in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildApp } from '../../app/api/app.ts';
import type { App, AppOptions } from '../../app/api/types.ts';
import type { Context, Platform } from '../../app/core/context.ts';
import { sqlRunStore } from '../../app/core/lifecycle/run-store-sql.ts';
import { hashPassword } from '../../app/core/users/passwords.ts';
import { hashSecret, newSecret } from '../../app/core/users/secrets.ts';
import { openFsStore } from '../../app/platform/storage/fs.ts';
import { testDatabase } from './postgres.ts';
import { testQueue } from './redis.ts';
import { testVault } from './vault.ts';

export interface Person {
  id: string;
  username: string;
  /** Of the personal organisation. */
  organizationId: string;
  token: string;
  context: Context;
}
export interface TestPlatform {
  platform: Platform;
  /** An environment's slug of this test's own. */
  slug: string;
  scratch: string;
  /** A person with a token and, if `password` is given, a way to log in. */
  person(username: string, options?: { password?: string }): Promise<Person>;
  /** An organisation with these members. */
  organization(name: string, members: [Person, 'owner' | 'admin' | 'member' | 'viewer'][]): Promise<string>;
  /** The operator's own, whose members see to the installation. */
  operator(...args: Parameters<TestPlatform['organization']>): Promise<string>;
  close(): Promise<void>;
}

export async function testPlatform(): Promise<TestPlatform> {
  const [database, redis, vault] = await Promise.all([testDatabase(), testQueue(), testVault()]);
  const folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
  const { db } = database;
  const platform: Platform = {
    db,
    queue: redis.queue,
    queueAddress: { host: redis.settings.host, port: redis.settings.port, tls: false },
    secrets: vault.secrets,
    storage: openFsStore({ folder: join(folder, 'store'), signingKey: 'only for tests' }),
    runs: sqlRunStore(db),
    log: pino({ level: 'silent' }),
    scratch: join(folder, 'scratch'),
    trustedGitUrls: [],
    trustedStoreHosts: [],
    trustedInputHosts: [],
  };
  const organization: TestPlatform['organization'] = async (name, members) => {
    const { id } = await db
      .insertInto('organizations')
      .values({ name, personal_user_id: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    const rows = members.map(([person, role]) => ({ organization_id: id, user_id: person.id, role }));
    if (rows.length > 0) await db.insertInto('organization_members').values(rows).execute();
    return id;
  };
  return {
    platform,
    slug: redis.slug,
    scratch: platform.scratch,
    person: (username, options) => addPerson(platform, username, options?.password),
    organization,
    async operator(...args) {
      const id = await organization(...args);
      await db.updateTable('organizations').set({ is_operator: true }).where('id', '=', id).execute();
      return id;
    },
    async close() {
      await Promise.all([redis.close(), vault.close(), database.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addPerson(platform: Platform, username: string, password?: string): Promise<Person> {
  const { db } = platform;
  const password_hash = password === undefined ? null : await hashPassword(password);
  const { id } = await db
    .insertInto('users')
    .values({ username, password_hash, email: `${username}@example.com` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const organization = await db
    .insertInto('organizations')
    .values({ name: username, personal_user_id: id })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('organization_members')
    .values({ organization_id: organization.id, user_id: id, role: 'owner' })
    .execute();
  const token = newSecret();
  await db
    .insertInto('tokens')
    .values({ user_id: id, kind: 'api', name: 'test', hash: hashSecret(token) })
    .execute();
  const context: Context = { platform, actor: { kind: 'user', userId: id, username } };
  return { id, username, organizationId: organization.id, token, context };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted on by the tests themselves
  body: any;
  text: string;
}
export interface TestApp {
  app: App;
  /** One request, without a socket. `form` and `json` are the body. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}
export interface CallOptions {
  as?: Person;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  payload?: string | Buffer;
}

export async function testApp(platform: Platform, options: AppOptions = {}): Promise<TestApp> {
  const app = await buildApp(platform, options);
  return {
    app,
    async call(method, path, { as, json, form, headers = {}, payload } = {}) {
      const answer = await app.inject({
        method: method as 'GET',
        url: path,
        headers: {
          host: 'cove.test:8000',
          ...(as ? { authorization: `Token ${as.token}` } : {}),
          ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...headers,
        },
        ...(json !== undefined ? { payload: json as object } : {}),
        ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
        ...(payload !== undefined ? { payload } : {}),
      });
      const isJson = String(answer.headers['content-type'] ?? '').includes('json');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: isJson && answer.body !== '' ? answer.json() : null,
        text: answer.body,
      };
    },
    close: () => app.close(),
  };
}
