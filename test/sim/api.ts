/** The simulated API: what a worker asks, answered by the shipped run store. */
import { HEARTBEAT_SECONDS, type JobSpec, LEASE_SECONDS, WORKER_API } from '../../app/protocol/worker.ts';
import type { RunName } from '../../app/worker/api.ts';
import { HttpError } from '../../app/worker/http.ts';
import type { Machine } from './machine.ts';
import { name, uuid } from './names.ts';
import { SLUG, type World } from './world.ts';

const refusal = (path: string, code: string) =>
  new HttpError('POST', new URL(path, 'http://api'), 409, JSON.stringify({ code }));

/** Throws `HttpError` as the worker's client would. */
export async function answer(
  world: World,
  machine: Machine,
  path: string,
  body: Record<string, unknown>,
): Promise<unknown> {
  const { store } = world;
  const [verb, execution = ''] = path.slice(WORKER_API.length + 1).split('/') as [string, string?];
  const drain = world.draining.has(machine.id);
  if (verb === 'hello') return hello(machine, drain);
  if (verb === 'claim') {
    const claimId = body.claim as string;
    // In memory nobody comes in between: what is whose turn is given.
    const [id = null] = await store.turns([{ claimId, workerId: machine.id }], []);
    const claimed = id && (await world.claim(id, machine.id, LEASE_SECONDS, claimId));
    if (claimed) {
      world.claimed(id, claimed.token, machine.id, claimed.attempt);
      return spec(id, claimed.token, claimed.attempt);
    }
    await store.decline(claimId, machine.id);
    const rung = body.execution_id as string;
    if (drain && store.look(rung)?.status === 'queued') world.redis.ring(rung);
    throw refusal(path, drain ? 'draining' : 'not_claimable');
  }
  if (verb === 'drain') return world.drain(machine);
  if (verb === 'drained') {
    if (!world.mayEnd(machine)) throw refusal(path, 'conflict');
    return world.end(machine);
  }
  if (verb === 'heartbeats') return beat(world, machine, body.runs as RunName[]);
  const [id, token] = [name(execution), name(body.token as string)];
  const { status, exit_code, reason } = body as { status: never; exit_code: number | null; reason: string };
  const ended = world.accepted(
    id,
    token,
    await store.end(id, token, { status, exitCode: exit_code, reason }),
    status,
  );
  if (!ended.ok) throw refusal(path, ended.code);
  return { status: ended.value.status };
}

async function beat(world: World, machine: Machine, runs: RunName[]) {
  const held = runs.map((run) => ({ executionId: name(run.execution_id), token: name(run.token) }));
  const { beats, drain } = await world.store.heartbeats(machine.id, held, LEASE_SECONDS);
  for (const [at, { executionId, token }] of held.entries()) {
    const isHeld = beats[at] === 'held' || beats[at] === 'stop';
    world.accepted(executionId, token, isHeld ? { ok: true, value: null } : { ok: false, code: 'fenced' });
  }
  return { runs: beats, lease_seconds: LEASE_SECONDS, drain };
}

const hello = (machine: Machine, drain: boolean) => ({
  worker: { id: uuid(machine.id), name: machine.id },
  environment: { id: uuid('worker-0'), slug: SLUG, name: SLUG, executor: 'docker' },
  queue: null,
  lease_seconds: LEASE_SECONDS,
  heartbeat_seconds: HEARTBEAT_SECONDS,
  drain,
});

const spec = (id: string, token: string, attempt: number): JobSpec => ({
  execution_id: uuid(id),
  attempt,
  token: uuid(token),
  project: { id: uuid('worker-0'), name: 'iris' },
  counter: 1,
  image: 'python:3',
  registry: null,
  command: 'true',
  environment_variables: {},
  secrets: [],
  snapshot: null,
  inputs: [],
  config: { execution: {}, parameters: {}, api: {} },
  time_limit: null,
  no_output_timeout: null,
  limits: { cpus: null, memory: null, disk: null },
  requests: { cpus: null, memory: null },
  devices: {},
  mounts: [],
  cache_volumes: [],
});
