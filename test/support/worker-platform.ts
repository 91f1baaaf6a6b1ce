/**
 * The other side of the worker protocol, small enough to see through: one environment, runs in memory, a store of
 * bytes. A test can put faults in its way (`fail`) and read what arrived.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { workerUser } from '../../app/platform/redis-users.ts';
import { type JobSpec, type LogLine, WORKER_API } from '../../app/protocol/worker.ts';
import { packageOf } from './api.ts';
import type { TestQueue } from './redis.ts';

export interface Stored {
  bytes: Buffer | null;
  size: number;
  sha256: string;
}
interface Ended {
  status: string;
  exit_code: number | null;
  reason: string;
  log_lines: number;
}
export interface PlatformRun {
  spec: JobSpec;
  claimed: boolean;
  stop: boolean;
  heartbeats: number;
  /** Another attempt has begun elsewhere. */
  fenced: boolean;
  chunks: { first_seq: number; last_seq: number; storage_key: string }[];
  points: { seq: number; time: string; value: Record<string, unknown> }[];
  outputs: { name: string; size: number; sha256: string; storage_key: string; metadata: object }[];
  ended: Ended | null;
  end: Promise<Ended>;
}
export type Fault = (path: string) => number | null;

export interface WorkerPlatform {
  url: string;
  token: string;
  environment: { slug: string; executor: 'docker' | 'process' };
  store: Map<string, Stored>;
  /** Its id. */
  worker: string;
  hellos: number;
  /** Tells the worker to take no new job. */
  drain: boolean;
  /** Reasons for which the worker drains by itself, and whether it said that it holds no job. */
  drains: string[];
  drained: boolean;
  /** What the last hello said that keeps the worker from its work. */
  unready?: string | undefined;
  /** Hosts inside that users' addresses and images may lead to. */
  trusted: string[];
  /** Gives an HTTP status to answer with instead, or 0 to cut the connection. */
  fault: Fault;
  /** Makes a job and rings for it. */
  submit(job: TestJob): Promise<PlatformRun>;
  stop(run: PlatformRun): Promise<void>;
  /** The run's attempt is called lost: the next one runs `command`, and is rung for. */
  again(run: PlatformRun, command: string): Promise<void>;
  /** The whole stored log of a run. */
  log(run: PlatformRun): LogLine[];
  messages(run: PlatformRun, stream?: LogLine[2]): string[];
  close(): Promise<void>;
}
export interface TestJob {
  command: string;
  files?: Record<string, string>;
  image?: string;
  variables?: Record<string, string>;
  secrets?: string[];
  inputs?: JobSpec['inputs'];
  timeLimit?: number;
  /** Bytes that it may write. */
  disk?: number;
  noOutputTimeout?: number;
  parameters?: Record<string, unknown>;
  /** Given where the snapshot is to be something special. */
  snapshot?: Buffer;
}

const QUEUE_PASSWORD = 'queue-password-of-a-test';
const LARGE = 8 * 1024 * 1024;

export async function startPlatform(
  queue: TestQueue,
  executor: 'docker' | 'process' = 'process',
): Promise<WorkerPlatform> {
  const runs = new Map<string, PlatformRun>();
  const ends = new Map<string, (end: Ended) => void>();
  const token = randomUUID();
  await queue.queue.setWorkerUser(queue.slug, QUEUE_PASSWORD);
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;

  const platform: WorkerPlatform = {
    url,
    token,
    environment: { slug: queue.slug, executor },
    store: new Map(),
    worker: randomUUID(),
    hellos: 0,
    drain: false,
    drains: [],
    trusted: [],
    drained: false,
    fault: () => null,
    async submit(job) {
      const id = randomUUID();
      const snapshot = job.snapshot ?? (await packageOf({ 'valohai.yaml': '', ...job.files }));
      platform.store.set(`snapshots/${id}`, stored(snapshot));
      const { promise, resolve } = Promise.withResolvers<Ended>();
      ends.set(id, resolve);
      const run: PlatformRun = {
        spec: specOf(id, job, snapshot),
        claimed: false,
        stop: false,
        fenced: false,
        heartbeats: 0,
        chunks: [],
        points: [],
        outputs: [],
        ended: null,
        end: promise,
      };
      runs.set(id, run);
      await queue.queue.ring(queue.slug, id);
      return run;
    },
    async stop(run) {
      run.stop = true;
      await queue.queue.announceStop(queue.slug, run.spec.execution_id);
    },
    async again(run, command) {
      const { attempt } = run.spec;
      run.spec = { ...run.spec, attempt: attempt + 1, token: randomUUID(), command };
      run.claimed = false;
      await queue.queue.ring(queue.slug, run.spec.execution_id);
    },
    log: (run) =>
      run.chunks
        .toSorted((a, b) => a.first_seq - b.first_seq)
        .flatMap(({ storage_key }) => {
          const { bytes } = platform.store.get(storage_key) as Stored;
          return gunzipSync(bytes as Buffer)
            .toString()
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as LogLine);
        }),
    messages: (run, stream) =>
      platform
        .log(run)
        .filter((line) => stream === undefined || line[2] === stream)
        .map((line) => line[3]),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const fault = platform.fault(path);
    if (fault === 0) return void request.socket.destroy();
    if (fault !== null) {
      request.resume();
      return void response.writeHead(fault).end('{"message": "a fault of the test"}');
    }
    if (path.startsWith('/store/')) return serveStore(request, response, decodeURIComponent(path.slice(7)));
    if (request.headers.authorization !== `Worker ${token}`) return void response.writeHead(401).end();
    const body = JSON.parse((await read(request)).toString());
    if (path === `${WORKER_API}/stops`) return serveStops(response);
    if (path === `${WORKER_API}/doorbell`) {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const execution_id = await queue.queue.waitAmongMany(queue.slug, body.seconds, gone.signal);
      return void response.writeHead(200).end(JSON.stringify({ execution_id }));
    }
    if (path === `${WORKER_API}/ring`) await queue.queue.ring(queue.slug, body.execution_id);
    const report = /runs\/([^/]+)\/log-lines$/.exec(path);
    const relayed = report?.[1] === undefined ? undefined : runs.get(report[1]);
    if (relayed && !relayed.fenced) {
      await queue.queue.appendLog(queue.slug, relayed.spec.execution_id, relayed.spec.attempt, body.lines);
    }
    const { status, value } = answer(path.slice(WORKER_API.length + 1), body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? {}));
  }

  function serveStops(response: ServerResponse): void {
    response.write('\n');
    const end = queue.queue.onStop(queue.slug, (id) => void response.write(`${id}\n`));
    response.once('close', end);
  }

  async function serveStore(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    if (request.method === 'PUT') {
      platform.store.set(key, await receive(request));
      return void response.writeHead(200).end();
    }
    const found = platform.store.get(key);
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, { etag: `"${found.sha256}"` }).end(found.bytes);
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, of the worker under test
  function answer(path: string, body: any): { status: number; value?: unknown } {
    if (path === 'hello') {
      platform.hellos++;
      platform.unready = body.unready;
      const { host, port } = queue.settings;
      return {
        status: 200,
        value: {
          worker: { id: platform.worker, name: 'test-worker' },
          environment: { id: randomUUID(), name: 'Test', ...platform.environment },
          queue: body.relay
            ? null
            : { host, port, tls: false, username: workerUser(queue.slug), password: QUEUE_PASSWORD },
          drain: platform.drain,
          trusted_hosts: platform.trusted,
          lease_seconds: 10,
          heartbeat_seconds: 0.3,
        },
      };
    }
    if (path === 'drain') platform.drains.push(body.reason);
    if (path === 'drained') platform.drained = true;
    if (['drain', 'drained', 'ring'].includes(path)) return { status: 200 };
    if (path === 'claim') {
      if (platform.drain) return { status: 409, value: { code: 'draining', message: 'it drains' } };
      const run = runs.get(body.execution_id);
      if (!run || run.claimed) return { status: 409, value: { code: 'not_claimable', message: 'gone' } };
      run.claimed = true;
      return { status: 200, value: run.spec };
    }
    if (path === 'heartbeats') return { status: 200, value: beat(body.runs) };
    const [, id = '', report] = path.split('/');
    const run = runs.get(id);
    if (!run) return { status: 404, value: { message: 'no such run' } };
    if (run.fenced || body.token !== run.spec.token)
      return { status: 409, value: { code: 'fenced', message: 'fenced' } };
    return { status: 200, value: take(run, id, report ?? '', body) };
  }

  function beat(asked: { execution_id: string; token: string }[]) {
    const answers = asked.map(({ execution_id, token }) => {
      const run = runs.get(execution_id);
      if (!run) return 'unknown';
      if (run.fenced || token !== run.spec.token) return 'fenced';
      run.heartbeats++;
      return run.stop ? 'stop' : 'held';
    });
    return { runs: answers, lease_seconds: 10, drain: platform.drain };
  }

  // biome-ignore lint/suspicious/noExplicitAny: see above
  function take(run: PlatformRun, id: string, report: string, body: any): unknown {
    switch (report) {
      case 'heartbeat':
        run.heartbeats++;
        return { stop: run.stop, lease_seconds: 10, drain: platform.drain };
      case 'metadata':
        run.points.push(...body.points);
        return {};
      case 'uploads':
        return {
          uploads: body.files.map(({ kind, name }: { kind: string; name: string }) => {
            const storage_key = `${kind}/${id}/${kind === 'log' ? '' : `${randomUUID()}/`}${name}`;
            return {
              storage_key,
              url: `/store/${encodeURIComponent(storage_key)}`,
              method: 'PUT',
              headers: {},
            };
          }),
        };
      case 'log-chunks':
        run.chunks.push(body);
        return {};
      case 'outputs':
        run.outputs.push(...body.outputs);
        return { datum_ids: body.outputs.map(() => randomUUID()) };
      case 'end':
        run.ended ??= body as Ended;
        ends.get(id)?.(run.ended);
        return {};
      default:
        return {};
    }
  }

  return platform;
}

function specOf(id: string, job: TestJob, snapshot: Buffer): JobSpec {
  const sha256 = createHash('sha256').update(snapshot).digest('hex');
  return {
    execution_id: id,
    attempt: 1,
    token: randomUUID(),
    project: { id: randomUUID(), name: 'cove/test' },
    counter: 1,
    registry: null,
    image: job.image ?? 'python:3.12-slim',
    command: job.command,
    environment_variables: job.variables ?? {},
    secrets: job.secrets ?? [],
    snapshot: { url: `/store/snapshots%2F${id}`, sha256, size: snapshot.length },
    inputs: job.inputs ?? [],
    config: {
      execution: { 'valohai.execution-id': id },
      parameters: job.parameters ?? {},
      api: {},
    },
    time_limit: job.timeLimit ?? null,
    no_output_timeout: job.noOutputTimeout ?? null,
    limits: { cpus: null, memory: null, disk: job.disk ?? null },
    requests: { cpus: null, memory: null },
    devices: null,
    mounts: [],
    cache_volumes: [],
  };
}

export const stored = (bytes: Buffer): Stored => ({
  bytes,
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function read(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
}

/** Keeps what is small; of what is large only size and checksum. */
async function receive(request: IncomingMessage): Promise<Stored> {
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    if (size <= LARGE) parts.push(chunk);
  }
  if (Number(request.headers['content-length']) !== size) throw new Error('the upload is not complete');
  return { bytes: size <= LARGE ? Buffer.concat(parts) : null, size, sha256: hash.digest('hex') };
}
