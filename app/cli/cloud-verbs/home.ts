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

/** What the installation knows of a stack of workers. */
export interface Entry {
  /** When its scaler asked for work last. */
  last_seen: string | null;
  groups: { group: string; machines: number | null; wanted: number | null; trouble: string | null }[];
}

/** Null: the installation does not know the stack. */
export async function entryOf(stack: WorkerStack): Promise<Entry | null> {
  try {
    return await homeOf(stack).get<Entry>(`/api/v0/worker-stacks/${stack.name}/`);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
}

/** Whether its scaler asks for work these days. */
export const isAwake = ({ last_seen: seen }: Entry, since = 0): boolean =>
  seen !== null && Date.parse(seen) > Math.max(since, Date.now() - FRESH_MS);

/** What would refuse the stack after all else was made. */
export async function checkHome(stack: WorkerStack): Promise<void> {
  const { name, url, config } = stack;
  try {
    const environments = config.environments.map(({ slug }) => slug);
    await homeOf(stack).send('POST', `/api/v0/worker-stacks/${name}/check/`, { environments });
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    if (error.status === 409)
      throw needsAPerson(`${url} does not take workers "${name}": ${error.said}.`, 'Then run this again.');
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
  const end = Date.now() + patienceMs;
  for (;;) {
    const entry = await entryOf(stack);
    if (entry !== null && isAwake(entry, start)) return 'asks for work';
    const seen = entry?.last_seen ?? null;
    if (Date.now() > end) {
      throw new CliError(
        `The scaler of "${stack.name}" was ${seen === null ? 'never seen' : `last seen ${seen}`} at ${stack.url}.`,
        {
          todo: '`npx cove doctor` looks at it, `npx cove logs boot` shows what its machine wrote while it booted. `npx cove up` goes on when it is mended.',
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
    { todo: 'Its log stands above; `npx cove up` tries again.' },
  );
}
