/** The installation that a stack of workers joins, as its administrator (`COVE_TOKEN`) speaks to it. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, ApiRefusal } from '../api-client.ts';
import { CliError, needsAPerson } from '../errors.ts';
import type { WorkerStack } from '../installation.ts';
import type { Io } from '../io.ts';
import { type ProvingRun, prove } from '../proving/prove.ts';
import { exampleCommit, PICKUP_MS } from './prove.ts';
import { trustOwn } from './reach.ts';

const PAUSE_MS = 5_000;
/** A scaler asks all the time; one that was not heard of for longer is away. */
const FRESH_MS = 60_000;

/** Throws where there is no token. */
export function homeOf({ url, config, configFile }: WorkerStack): ApiClient {
  const token = process.env.COVE_TOKEN;
  if (token === undefined || token === '') {
    throw needsAPerson(
      `${url} takes workers only from its administrator, and COVE_TOKEN is not set.`,
      'Run `export COVE_TOKEN=$(npx cove token -s HOME)`, where HOME is that installation, then run this again.',
    );
  }
  trustOwn(config, configFile);
  const api = new ApiClient(url);
  api.actWith(token);
  return api;
}

/** What would refuse the stack after all else was made. */
export async function checkHome(stack: WorkerStack): Promise<void> {
  const { url } = stack;
  try {
    await homeOf(stack).get('/api/v0/worker-stacks/');
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    if (error.status === 404)
      throw needsAPerson(
        `${url} knows nothing of stacks of workers.`,
        'Upgrade that installation first, then run this again.',
      );
    if (error.status === 401 || error.status === 403)
      throw needsAPerson(
        `${url} does not let whose token is in COVE_TOKEN change environments (${error.status}).`,
        'An administrator may: `npx cove token -s HOME` makes such a token.',
      );
    throw error;
  }
}

/** Waits until the scaler has asked for work since `start`, in milliseconds. */
export async function untilSeen(
  stack: WorkerStack,
  start: number,
  patienceMs: number,
  say: (line: string) => void,
): Promise<string> {
  const api = homeOf(stack);
  const end = Date.now() + patienceMs;
  for (;;) {
    const { last_seen: seen } = await api.get<{ last_seen: string | null }>(
      `/api/v0/worker-stacks/${stack.name}/`,
    );
    const at = seen === null ? 0 : Date.parse(seen);
    if (at > Math.max(start, Date.now() - FRESH_MS)) return 'asks for work';
    if (Date.now() > end) {
      throw new CliError(
        `The scaler of "${stack.name}" was ${seen === null ? 'never seen' : `last seen ${seen}`} at ${stack.url}.`,
        {
          todo: `Its log is in the cloud's log group of the stack, and its machine's console tells of its boot (docs/worker-stacks.md). \`npx cove up -s ${stack.name}\` goes on when it is mended.`,
        },
      );
    }
    say(`waiting for it: ${seen === null ? 'not seen yet' : `last seen ${seen}`}`);
    await delay(PAUSE_MS);
  }
}

/** Null: the installation serves no example. */
export async function proveWorkers(io: Io, stack: WorkerStack): Promise<ProvingRun | null> {
  const repositoryUrl = `${stack.url}/git/example.git`;
  const commit = await exampleCommit(repositoryUrl);
  if (commit === null) return null;
  const api = homeOf(stack);
  const { username: owner } = await api.get<{ username: string }>('/api/v0/users/me/');
  const environment = stack.config.environments[0]!.slug;
  const run = await prove(
    api,
    { repositoryUrl, commit, environment, owner, pickupMs: PICKUP_MS },
    io.say,
    ({ stream, message }) => io.say(stream === 'status' ? `  * ${message}` : `  | ${message}`),
  );
  if (run.status === 'complete') return run;
  throw new CliError(
    `The proving run (execution ${run.counter} of project example) ended as ${run.status}: ${run.statusDetail}`,
    { todo: `Its log stands above; \`npx cove up -s ${stack.name}\` tries again.` },
  );
}
