/** A project with a commit, an environment and a worker in it: what tests of executions begin with. */
import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Actor, Context } from '../../app/core/context.ts';
import { createExecution } from '../../app/core/executions/create.ts';
import { type ListExecutions, listExecutions } from '../../app/core/executions/list.ts';
import { hashSecret, newSecret } from '../../app/core/users/secrets.ts';
import { claim } from '../../app/core/workers/claim.ts';
import { workerUser } from '../../app/platform/redis-users.ts';
import type { JobSpec, LogLine } from '../../app/protocol/worker.ts';
import type { Person, TestPlatform } from './platform.ts';

export const CONFIG = [
  {
    step: {
      name: 'train',
      image: 'python:3.12-slim',
      command: ['python train.py {parameters}'],
      parameters: [
        { name: 'epochs', type: 'integer', default: 5 },
        { name: 'rate', type: 'float', default: 0.1, min: 0 },
        { name: 'verbose', type: 'flag', optional: true },
        { name: 'label', type: 'string', optional: true },
        { name: 'layers', type: 'integer', multiple: 'repeat', default: [8, 8] },
      ],
      inputs: [
        { name: 'data', default: 'https://example.com/iris.csv' },
        { name: 'extra', optional: true },
      ],
      'environment-variables': [{ name: 'MODE', default: 'fast' }],
      'time-limit': '1h',
    },
  },
  { step: { name: 'plain', image: 'alpine:3', command: 'echo hello' } },
];

export interface World {
  owner: Person;
  projectId: string;
  commitId: string;
  identifier: string;
  environmentId: string;
  slug: string;
  workerToken: string;
  /** As the environment's worker. */
  worker: Context;
}

/** Gives the platform an environment served by one worker, and the person a project with one commit. */
export async function makeWorld({ platform, slug }: TestPlatform, owner: Person): Promise<World> {
  const { db } = platform;
  const environment = await db
    .insertInto('environments')
    .values({ slug, name: `Environment ${slug}`, executor: 'docker' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const workerToken = newSecret();
  const worker = await db
    .insertInto('workers')
    .values({ environment_id: environment.id, name: 'one', token_hash: hashSecret(workerToken) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const project = await db
    .insertInto('projects')
    .values({ organization_id: owner.organizationId, name: `p-${randomUUID().slice(0, 8)}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const identifier = createHash('sha1').update(project.id).digest('hex');
  const snapshot_key = `projects/${project.id}/snapshots/${identifier}.tar.gz`;
  const { sha256, size } = await platform.storage.put(snapshot_key, gzipSync('not really a tar'));
  const commit = await db
    .insertInto('commits')
    .values({
      project_id: project.id,
      identifier,
      ref: 'main',
      ref_names: ['main'],
      commit_time: new Date(),
      config: JSON.stringify(CONFIG),
      snapshot_key,
      snapshot_sha256: sha256,
      snapshot_size: size,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const environmentId = environment.id;
  const actor: Actor = { kind: 'worker', workerId: worker.id, environmentId, environmentSlug: slug };
  return {
    owner,
    projectId: project.id,
    commitId: commit.id,
    identifier,
    environmentId,
    slug,
    workerToken,
    worker: { platform, actor },
  };
}

/** For a worker that really runs: the environment has this executor, and Redis lets its workers in. */
export async function letWorkersIn(
  { platform, slug }: TestPlatform,
  executor: 'docker' | 'process' = 'process',
): Promise<void> {
  await platform.db.updateTable('environments').set({ executor }).where('slug', '=', slug).execute();
  await platform.queue.setWorkerUser(slug, 'queue-password');
  const login = { queue_username: workerUser(slug), queue_password: 'queue-password' };
  await platform.secrets.put(`environments/${slug}`, login);
}

/** A run of the step, taken by the world's worker. */
export async function startedRun(world: World, request: Record<string, unknown> = {}): Promise<JobSpec> {
  const { execution } = await createExecution(world.owner.context, {
    project: world.projectId,
    commit: world.identifier,
    step: 'plain',
    ...request,
  });
  return claim(world.worker, { executionId: execution.id, baseUrl: 'http://cove.test:8000' });
}

/** Lines `first`..`last`, with strictly growing stamps. */
export const logLines = (first: number, last: number): LogLine[] =>
  Array.from({ length: last - first + 1 }, (_, index) => {
    const seq = first + index;
    const time = `2026-01-31T12:${String(Math.floor(seq / 1e6) % 60).padStart(2, '0')}:00.${String(seq % 1e6).padStart(6, '0')}`;
    return [seq, time, 'stdout', `line ${seq}`];
  });

/** All executions that a person sees of a project, newest first, with their count; `more`: what is asked instead. */
export const listAll = (
  { projectId, owner }: Pick<World, 'projectId' | 'owner'>,
  more: Partial<ListExecutions> = {},
) =>
  listExecutions(owner.context, {
    project: projectId,
    statuses: [],
    counters: [],
    deleted: false,
    ordering: { field: 'ctime', direction: 'desc' },
    limit: null,
    offset: 0,
    count: true,
    ...more,
  });
