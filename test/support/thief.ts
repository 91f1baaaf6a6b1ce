/** Two environments with living runs, and somebody who has got hold of the token of a worker of one of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { buildApp } from '../../app/api/app.ts';
import type { Context } from '../../app/core/context.ts';
import { createExecution } from '../../app/core/executions/create.ts';
import { setVariable } from '../../app/core/projects/variables.ts';
import { hashSecret, newSecret } from '../../app/core/users/secrets.ts';
import { claim } from '../../app/core/workers/claim.ts';
import { uploads } from '../../app/core/workers/uploads.ts';
import { type JobSpec, WORKER_API } from '../../app/protocol/worker.ts';
import { testPlatform } from './platform.ts';
import { until } from './process.ts';
import { letWorkersIn, logLines, makeWorld, startedRun, type World } from './runs.ts';

export const BASE = 'http://cove.test:8000';
/** In a secret of every job, and in the names of what belongs to others. */
export const WORD = 'zanzibar';
export const MIB = 1024 * 1024;

interface Member {
  token: string;
  context: Context;
  id: string;
}
/** A run as somebody knows it. */
interface Victim {
  id: string;
  token: string;
}
export interface Told {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  body: any;
  text: string;
}
export type Thief = Awaited<ReturnType<typeof openThief>>;

export async function openThief() {
  const at = await testPlatform();
  const { platform } = at;
  const own = await makeWorld(at, await at.person('ada'));
  const foreign = await makeWorld({ ...at, slug: `${at.slug}-b` }, await at.person('bob'));
  /** Of living runs of others: a file in parts under way, and one that is stored. */
  const stored = new Map<string, { key: string; upload: string; datum: string }>();

  async function member({ environmentId, slug }: World, name: string): Promise<Member> {
    const token = newSecret();
    const { id } = await platform.db
      .insertInto('workers')
      .values({ environment_id: environmentId, name, token_hash: hashSecret(token) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const actor = { kind: 'worker', workerId: id, environmentId, environmentSlug: slug } as const;
    return { token, id, context: { platform, actor } };
  }
  /** A queued execution, as `createExecution` rings for it. */
  async function queued(world: World): Promise<string> {
    const { projectId: project, identifier: commit, environmentId: environment } = world;
    const request = { project, commit, environment, step: 'plain' };
    return (await createExecution(world.owner.context, request)).execution.id;
  }
  async function runBy({ context }: Member, world: World, claimId?: string): Promise<JobSpec> {
    return claim(context, { executionId: await queued(world), claimId, baseUrl: BASE });
  }
  /** A file in parts under way, an output, a line in the living log. */
  async function furnish(run: JobSpec, context: Context, { projectId, slug }: World): Promise<void> {
    const about = { executionId: run.execution_id, token: run.token };
    const file = { kind: 'output', name: `${WORD}.bin`, size: 40 * MIB, parts: true } as const;
    const [under] = (await uploads(context, { ...about, files: [file] })).uploads;
    const storage_key = `projects/${projectId}/${WORD}/${run.execution_id}`;
    await platform.storage.put(storage_key, Buffer.from(WORD));
    const datum = { id: randomUUID(), project_id: projectId, name: WORD, size: WORD.length, storage_key };
    await platform.db.insertInto('datums').values(datum).execute();
    await platform.queue.appendLog(slug, run.execution_id, run.attempt, logLines(1, 3));
    stored.set(run.execution_id, { key: under!.storage_key, upload: under!.parts!.upload, datum: datum.id });
  }

  async function ask(path: string, body: object, token: string, method = 'POST'): Promise<Told> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Worker ${token}`, 'content-type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, body: isJson ? JSON.parse(text) : null, text };
  }
  const say = (path: string, body: object, token = thief.token) => ask(`${WORKER_API}/${path}`, body, token);
  const ofRun = ({ id, token }: Victim, word: string, body: object) =>
    say(`runs/${id}/${word}`, { token, ...body });

  /** Everything that is known of a run, but how often somebody was refused. */
  async function stateOf({ execution_id: id, attempt }: JobSpec, { slug }: World): Promise<string> {
    const { db, queue, storage } = platform;
    const { rows } = await sql`SELECT to_jsonb(e) AS run,
        (SELECT jsonb_agg(to_jsonb(a) - 'refused_reports' ORDER BY number) FROM attempts a WHERE execution_id = e.id) AS attempts,
        (SELECT jsonb_agg(d) FROM datums d WHERE output_execution_id = e.id) AS outputs,
        (SELECT jsonb_agg(m) FROM metadata_points m WHERE execution_id = e.id) AS points,
        (SELECT jsonb_agg(c) FROM log_chunks c WHERE execution_id = e.id) AS chunks,
        (SELECT count(*) FROM audit WHERE subject_id = e.id) AS told
      FROM executions e WHERE id = ${id}`.execute(db);
    const keys: string[] = [];
    for await (const page of storage.list('projects/')) keys.push(...page.filter((key) => key.includes(id)));
    return JSON.stringify([rows, keys, attempt, await queue.readLog(slug, id, '0-0')]);
  }
  async function emptyDoorbells(): Promise<void> {
    for (const { slug } of [own, foreign])
      for (const id of await platform.queue.queueMembers(slug))
        await platform.queue.removeFromQueue(slug, id);
  }
  /** Listens to stops. */
  async function listen(token: string) {
    const closed = new AbortController();
    const response = await fetch(`${url}${WORKER_API}/stops`, {
      method: 'POST',
      headers: { authorization: `Worker ${token}` },
      signal: closed.signal,
    });
    let text = '';
    const read = async () => {
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) text += piece;
    };
    read().catch(() => {});
    // Its first line is empty; who subscribes is heard of a moment later.
    await until('the first line', () => text !== '');
    await sleep(200);
    return { heard: () => text.split('\n').filter((line) => line !== ''), close: () => closed.abort() };
  }

  for (const { projectId, owner } of [own, foreign])
    await setVariable(owner.context, projectId, { name: 'HIDDEN', value: `${WORD}-secret`, secret: true });
  for (const { slug } of [own, foreign]) await letWorkersIn({ ...at, slug });
  const [thief, colleague] = [await member(own, 'thief'), await member(own, 'colleague')];
  const ofThief = await runBy(thief, own);
  const ofColleague = await runBy(colleague, own);
  const ofForeign = await startedRun(foreign, { environment: foreign.environmentId });
  await furnish(ofColleague, colleague.context, own);
  await furnish(ofForeign, foreign.worker, foreign);
  const app = await buildApp(platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    platform,
    url,
    own,
    foreign,
    thief,
    colleague,
    ofThief,
    ofColleague,
    ofForeign,
    stored,
    member,
    queued,
    runBy,
    ask,
    say,
    ofRun,
    stateOf,
    emptyDoorbells,
    listen,
    async close() {
      await app.close();
      await at.close();
    },
  };
}
