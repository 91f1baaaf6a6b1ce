/** Entering a job that runs without a container: in its namespaces where it has some, in its folder anyway. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { ENTRANCE, type Entered, type Inside, type Terminal, type Wish } from './inside.ts';
import type { Isolation } from './namespace.ts';

export interface Surroundings {
  job: ChildProcess;
  isolation: Isolation | null;
  /** The job's root folder, where it has namespaces. */
  root: string;
  repository: string;
  environment: Record<string, string>;
}

export const insideProcess = (surroundings: Surroundings): Inside => ({
  enter: (wish) => enter(surroundings, wish),
  connect: (port) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket));
      socket.once('error', reject);
    }),
});

/** `$1` the person's command, `$2` the job's search path, `$3` its working folder. */
const HERE = `PATH=$2; export PATH; cd "$3" || exit 255; ${ENTRANCE}`;

async function enter(surroundings: Surroundings, { command, terminal }: Wish): Promise<Entered> {
  const { environment, isolation } = surroundings;
  const program = [...(await way(surroundings)), '/bin/sh', '-c', withTerminal(terminal), 'sh'];
  const folder = isolation === null ? surroundings.repository : '/valohai/repository';
  const line = [...program, command ?? '', environment.PATH ?? '/usr/bin:/bin', folder];
  const child = spawn(line[0] as string, line.slice(1), {
    cwd: '/',
    env: {
      ...environment,
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      ...(terminal !== null && { TERM: terminal.name }),
    },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? 255);
  const hangUp = () => {
    try {
      process.kill(-(child.pid as number), 'SIGHUP');
    } catch {} // it has ended
  };
  surroundings.job.once('exit', hangUp);
  // `script` gives a terminal of the size that it had at first.
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, resize: () => {}, ended, hangUp };
}

/** Into mount and process namespaces of the job, whose process 1 is the only child of what made them. */
async function way({ job, isolation, root }: Surroundings): Promise<string[]> {
  if (isolation === null) return [];
  const [first] = (await readFile(`/proc/${job.pid}/task/${job.pid}/children`, 'utf8')).split(' ');
  if (!first) throw new Error('the job has ended');
  const user = isolation.args.includes('--user') ? ['--user', '--preserve-credentials'] : [];
  return ['nsenter', '--target', first, ...user, '--mount', '--pid', '--', 'chroot', root];
}

/** Node has no terminals of its own; `script` (util-linux) lends one. */
function withTerminal(terminal: Terminal | null): string {
  if (terminal === null) return HERE;
  const { columns, rows } = terminal;
  return `if ! command -v script >/dev/null; then echo 'No terminal here: the program script is missing.' >&2; ${HERE}
fi
export COVE_COMMAND="$1" COVE_PATH="$2" COVE_FOLDER="$3" COVE_HERE='${HERE.replaceAll("'", "'\\''")}'
exec script --quiet --return --command \
  'stty rows ${rows} cols ${columns}; exec /bin/sh -c "$COVE_HERE" sh "$COVE_COMMAND" "$COVE_PATH" "$COVE_FOLDER"' /dev/null`;
}
