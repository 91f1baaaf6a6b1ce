/** The two run stores, made ready for the tests that both must pass. */
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Status } from '../../../app/core/lifecycle/run-store.ts';
import { memoryRunStore } from '../../../app/core/lifecycle/run-store-memory.ts';
import { sqlRunStore } from '../../../app/core/lifecycle/run-store-sql.ts';
import type { Database } from '../../../app/platform/tables.ts';
import { testDatabase } from '../../support/postgres.ts';
import type { Harness } from './run-store.contract.ts';

export async function memoryHarness(): Promise<Harness> {
  let now = 0;
  const store = memoryRunStore({ now: () => now });
  return {
    store,
    slug: 'a',
    async worker(environment = 'a') {
      const id = randomUUID();
      store.addWorker(id, environment);
      return id;
    },
    async execution(options = {}) {
      const id = randomUUID();
      store.add({ id, environment: 'a', ...options });
      return id;
    },
    async pause(paused) {
      store.pause('a', paused);
    },
    async quota(kind, subject, most) {
      store.setQuota(kind, subject, most);
    },
    async pass(seconds) {
      now += seconds * 1000;
    },
    status: async (id) => store.look(id)!.status,
    refusals: async (id, attempt) => store.look(id)!.attempts[attempt - 1]!.refused,
    close: async () => {},
  };
}

export async function sqlHarness(): Promise<Harness & { db: Kysely<Database> }> {
  const database = await testDatabase();
  const { db } = database;
  const seeded = await seed(db);
  return {
    db,
    store: sqlRunStore(db),
    slug: seeded.slug,
    worker: (environment = 'a') => seeded.worker(environment),
    execution: (options = {}) => seeded.execution(options),
    async pause(paused) {
      await sql`UPDATE environments SET paused_at = ${paused ? new Date() : null} WHERE slug = ${seeded.slug}`.execute(
        db,
      );
    },
    quota: (kind, subject, most) => seeded.quota(kind, subject, most),
    async pass(seconds) {
      const less = sql`make_interval(secs => ${seconds})`;
      await sql`UPDATE attempts SET lease_expires_at = lease_expires_at - ${less}`.execute(db);
      await sql`UPDATE executions SET not_before = not_before - ${less}`.execute(db);
    },
    async status(id) {
      const row = await db
        .selectFrom('executions')
        .select('status')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return row.status as Status;
    },
    async refusals(id, attempt) {
      const row = await db
        .selectFrom('attempts')
        .select('refused_reports')
        .where('execution_id', '=', id)
        .where('number', '=', attempt)
        .executeTakeFirstOrThrow();
      return row.refused_reports;
    },
    close: () => database.close(),
  };
}

export interface Wish {
  priority?: number;
  /** Names; what was not there is made. */
  project?: string;
  creator?: string;
  /** So often it is run again after a loss. */
  retries?: number;
  /** It stays `created`. */
  created?: boolean;
}

/** The rows around executions, and makers of more. */
export async function seed(db: Kysely<Database>, slug = `a-${randomUUID()}`) {
  const one = async (query: ReturnType<typeof sql<{ id: string }>>) => (await query.execute(db)).rows[0]!.id;
  const environment = (name: string) =>
    one(
      sql`INSERT INTO environments (slug, name, executor) VALUES (${name}, ${name}, 'process') RETURNING id`,
    );
  const environments = { a: await environment(slug), b: await environment(`b-${randomUUID()}`) };
  const organization = await one(sql`INSERT INTO organizations (name) VALUES (${randomUUID()}) RETURNING id`);
  const made = new Map<string, Promise<string>>();
  const once = (key: string, make: () => Promise<string>): Promise<string> => {
    const found = made.get(key) ?? make();
    made.set(key, found);
    return found;
  };
  const projectOf = (name: string) =>
    once(`project ${name}`, () =>
      one(sql`INSERT INTO projects (organization_id, name) VALUES (${organization}, ${name}) RETURNING id`),
    );
  const personOf = (name: string) =>
    once(`person ${name}`, () =>
      one(sql`INSERT INTO users (username) VALUES (${`${name}-${randomUUID()}`}) RETURNING id`),
    );
  const project = await projectOf('project');
  const commit = await one(sql`
    INSERT INTO commits (project_id, identifier, commit_time) VALUES (${project}, ${'a'.repeat(40)}, now()) RETURNING id`);
  let counter = 0;
  return {
    slug,
    project,
    worker: (environment: 'a' | 'b' = 'a') => {
      const name = randomUUID();
      return one(sql`
        INSERT INTO workers (environment_id, name, token_hash)
        VALUES (${environments[environment]}, ${name}, sha256(${name}::bytea)) RETURNING id`);
    },
    async execution({
      priority = 0,
      project: name = 'project',
      creator = 'creator',
      retries = 0,
      created = false,
    }: Wish = {}) {
      const [in_, by] = [await projectOf(name), await personOf(creator)];
      return one(sql`
        INSERT INTO executions (project_id, counter, commit_id, environment_id, step, image, command, interpolated_command,
          priority, creator_id, max_retries, status, queued_at)
        VALUES (${in_}, ${++counter}, ${commit}, ${environments.a}, 'train', 'python:3', '["true"]', 'true',
          ${priority}, ${by}, ${retries}, ${created ? 'created' : 'queued'}, ${created ? null : sql`now()`})
        RETURNING id`);
    },
    async quota(kind: 'project' | 'creator', name: string, most: number | null) {
      const subject = await (kind === 'project' ? projectOf(name) : personOf(name));
      await sql`DELETE FROM quotas WHERE subject_id = ${subject}`.execute(db);
      const column = sql.ref(kind === 'project' ? 'project_id' : 'user_id');
      if (most !== null)
        await sql`INSERT INTO quotas (organization_id, kind, ${column}, most)
          VALUES (${organization}, ${kind === 'project' ? 'project' : 'user'}, ${subject}, ${most})`.execute(
          db,
        );
    },
  };
}
