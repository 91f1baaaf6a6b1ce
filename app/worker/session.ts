/** The worker's standing with the platform: hello, and the queue it is told of. */
import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';
import type { Logger } from 'pino';
import { CoveError } from '../platform/errors.ts';
import { connectQueue } from '../platform/redis.ts';
import type { Resources } from '../protocol/room.ts';
import { PROTOCOL_VERSION } from '../protocol/worker.ts';
import type { WorkerSettings } from '../settings.ts';
import { type HelloAnswer, WorkerApi } from './api.ts';
import { Http, HttpError } from './http.ts';
import { directQueue, RelayedQueue, type WorkerQueue } from './relay.ts';
import { retry } from './retry.ts';

export interface Session {
  api: WorkerApi;
  queue: WorkerQueue;
  about: HelloAnswer;
  /**
   * Says hello again, with what keeps this worker from its work (null: nothing). An idle worker has no other way to show
   * that it lives, or to hear that it shall drain, or that it was removed.
   */
  greet(unready: string | null): Promise<{ drain: boolean; removed?: boolean }>;
  close(): Promise<void>;
}

/** Says hello until the API answers, then connects to the queue. A refusal that no waiting mends is an error. */
export async function openSession(
  settings: WorkerSettings,
  log: Logger,
  signal: AbortSignal,
  /** What jobs may have of this machine; undefined: nobody counts. */
  whole?: Resources,
): Promise<Session> {
  const http = new Http(settings.apiUrl, settings.caFile);
  const api = new WorkerApi(http, () => readFileSync(settings.tokenFile, 'utf8').trim());
  let unready: string | null = null;
  let failures = 0;
  /** One line, and ever more rarely: an API that is away for a night fills no log. */
  const failed = (what: string, error: unknown) => {
    failures += 1;
    if (isPowerOfTwo(failures)) log.warn({ reason: inOneLine(error), failures }, what);
  };
  const hello = () =>
    api.hello(
      { ...introduction(settings), ...(whole && { whole }), ...(unready !== null && { unready }) },
      signal,
    );
  const about = await retry(hello, {
    signal,
    again: (error) => !isRefusal(error),
    onFailure: (error) => failed(`the API at ${settings.apiUrl} gave no welcome yet`, error),
  }).catch((error) => {
    signal.throwIfAborted();
    throw new CoveError('conflict', `The API at ${settings.apiUrl} refused this worker: ${error.message}`);
  });
  failures = 0;
  http.trust(about.trusted_hosts);
  const queue = about.queue === null ? new RelayedQueue(api) : await direct(about.queue, hello);
  const greet = (now: string | null) => {
    unready = now;
    return hello().then(
      (answer) => {
        failures = 0;
        return answer;
      },
      (error: unknown) => {
        if (!signal.aborted) failed('the API does not hear this worker', error);
        // It was welcome before. One of the config may only have a new token, which it finds in its file.
        const removed = error instanceof HttpError && error.status === 401 && settings.joinCode !== undefined;
        return { drain: false, removed };
      },
    );
  };
  const close = async () => {
    await queue.close();
    await http.close();
  };
  return { api, queue, about, greet, close };
}

const isPowerOfTwo = (n: number) => (n & (n - 1)) === 0;
const inOneLine = (error: unknown) => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

/** Redis, with the login that `hello` gave; one that is refused is asked for again. */
async function direct(
  login: NonNullable<HelloAnswer['queue']>,
  hello: () => Promise<HelloAnswer>,
): Promise<WorkerQueue> {
  const { host, port, tls, ca, username } = login;
  let { password } = login;
  const queue = await connectQueue({ host, port, tls, ca, user: username }, async (fresh) => {
    if (fresh) password = (await hello()).queue?.password ?? password;
    return password;
  });
  return directQueue(queue);
}

const introduction = (settings: WorkerSettings) => ({
  protocol: PROTOCOL_VERSION,
  version: VERSION,
  hostname: hostname(),
  cpus: availableParallelism(),
  memory: totalmem(),
  executors: settings.executors,
  relay: settings.relay,
  mounts: true,
  ...(settings.machine && { instance_id: settings.machine.instanceId }),
});

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** An unknown token may be known soon (bootstrap writes both sides); another protocol stays another protocol. */
const isRefusal = (error: unknown) =>
  error instanceof HttpError && [400, 403, 404, 409, 422].includes(error.status);
