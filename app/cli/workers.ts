/** `cove worker list` and `cove worker remove`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { actAsAdministrator } from './administrator.ts';
import type { ApiClient } from './api-client.ts';
import { verb } from './command.ts';
import { CliError, EXIT } from './errors.ts';
import { findAny } from './installation.ts';
import { declined, type Io } from './io.ts';
import { duration, table } from './table.ts';

const LOOK_MS = 2_000;

export interface Worker {
  id: string;
  name: string;
  environment: { slug: string };
  state: 'new' | 'silent' | 'drained' | 'draining' | 'unready' | 'ready';
  reason: string;
  running: number;
  last_seen: string | null;
  version: string | null;
  by_code: boolean;
}

const allWorkers = async (api: ApiClient): Promise<Worker[]> =>
  (await api.get<{ results: Worker[] }>('/api/v0/workers/?limit=0')).results;

const seen = ({ last_seen }: Worker, now: number) =>
  last_seen === null ? 'never' : `${duration(Math.max(0, now - Date.parse(last_seen)) / 1000)} ago`;

/** What `list` prints. Pure. */
export function workerTable(workers: readonly Worker[], now: number): string[] {
  const rows = workers.map((worker) => [
    worker.environment.slug,
    worker.name,
    worker.state,
    String(worker.running),
    seen(worker, now),
    worker.version ?? '',
    worker.reason,
  ]);
  return table([['ENVIRONMENT', 'WORKER', 'STATE', 'JOBS', 'HEARD OF', 'VERSION', ''], ...rows]);
}

/** The one that was meant. A name is unique in its environment alone. Pure. */
export function workerNamed(workers: readonly Worker[], name: string, environment?: string): Worker {
  const found = workers.filter(
    (worker) =>
      (worker.name === name || worker.id === name) &&
      (environment === undefined || worker.environment.slug === environment),
  );
  const [worker] = found;
  if (worker === undefined)
    throw new CliError(
      `There is no worker ${name}${environment === undefined ? '' : ` in environment ${environment}`}.`,
      { todo: '`cove worker list` shows all there are.' },
    );
  if (found.length === 1) return worker;
  const places = found.map(({ environment: { slug } }) => slug).join(', ');
  throw new CliError(`There are ${found.length} workers ${name}, in ${places}.`, {
    exitCode: EXIT.usage,
    todo: 'Say which one with --environment.',
  });
}

export const list = verb({
  command: 'list',
  describe: 'All workers: whose jobs they run, how they are, when they were heard of',
  async run(args, io) {
    const workers = await actAsAdministrator(findAny(args), allWorkers);
    io.result({ workers }, () => {
      for (const line of workerTable(workers, Date.now())) io.say(line);
      if (workers.length === 0)
        io.say('No worker has joined. `cove worker join ENVIRONMENT` brings a machine in.');
    });
    return undefined;
  },
});

export const remove = verb<{ name: string; environment?: string }>({
  command: 'remove <name>',
  describe:
    'Send a machine that joined by a code home: its jobs end first, then its token is good for nothing',
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'As `cove worker list` tells it' })
      .option('environment', { type: 'string', describe: 'Which one, where several have that name' }),
  async run(args, io) {
    const { name, environment } = args;
    const removed = await actAsAdministrator(findAny(args), async (api) => {
      const worker = workerNamed(await allWorkers(api), name, environment);
      const jobs = worker.running === 0 ? '' : ` It holds ${worker.running} jobs, which end first.`;
      if (!(await io.confirm(`Remove worker ${name} of environment ${worker.environment.slug}?${jobs}`)))
        throw declined();
      return sendHome(api, worker, io);
    });
    io.result(removed, () => {
      io.say(`Removed ${name}: its token is good for nothing, and its agent ends.`);
      io.say(
        `On the machine, \`docker rm --force cove-worker-${removed.environment}\` takes its container away.`,
      );
    });
    return undefined;
  },
});

/** Drains, waits for the last job and for the machine's own word, and forgets it. One that is silent gives no word. */
export async function sendHome(
  api: ApiClient,
  { id, name, environment }: Worker,
  io: Pick<Io, 'say'>,
  lookMs = LOOK_MS,
): Promise<{ name: string; environment: string }> {
  const path = `/api/v0/workers/${id}/`;
  let said = -1;
  for (
    let worker = await api.send<Worker>('POST', `${path}drain/`);
    worker.running > 0 || worker.state === 'draining';
    worker = await api.get<Worker>(path)
  ) {
    if (worker.running !== said)
      io.say(
        worker.running === 0
          ? `${name} takes no new job; waiting for its word.`
          : `${name} takes no new job; ${worker.running} still run. To stop waiting is harmless: run this again later.`,
      );
    said = worker.running;
    await sleep(lookMs);
  }
  await api.send('DELETE', path);
  return { name, environment: environment.slug };
}
