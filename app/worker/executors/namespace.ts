/** `/valohai` without a container engine: a root of the job's own, made of the machine's and the job's folders. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { CACHES_PATH } from './executor.ts';

/**
 * Runs as process 1 of the job's namespaces. Arguments: `$1` an empty folder for the root, `$2` a table of mounts, `$3` the
 * job's command, and the folders that the root has, too, in the order in which they are made (`layOut`).
 * File descriptor 3 is the leash: a line means SIGTERM for all, a second one, or its end with the worker, SIGKILL.
 * On it goes one line back once the folders are in place: an exit before that is not the job's.
 */
export const PROLOGUE = `
set -e
job_path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 table=$2 command=$3
shift 3
mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
mkdir -- proc valohai valohai/config valohai/inputs valohai/outputs valohai/repository valohai/.home "$@"
cd /
set --
for entry in * .[!.]*; do if [ -L "$entry" ]; then set -- "$@" "$entry"; fi; done
if [ $# -gt 0 ]; then cp -P -- "$@" "$root/"; fi
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
mount -a -T "$table"
chroot=$(command -v chroot)
{ if read -r _ <&3; then kill -TERM -1; read -r _ <&3 || :; fi; kill -KILL -1; } </dev/null >/dev/null 2>&1 &
set +e
echo ready >&3
PATH=$job_path "$chroot" "$root" /bin/sh -c 'cd /valohai/repository && exec /bin/sh -c "$1"' sh "$command" 3<&-
exit $?
`;

/** What the root does not take from the machine as it is. */
const OWN = ['valohai', 'proc', 'lost+found'];

/**
 * Writes the table of all mounts, so that one process makes them; gives the prologue's arguments but for the command.
 * `job` holds config, inputs, outputs, repository and home; `hidden` are folders that the job finds empty, `caches` those
 * that it finds below `/valohai/cache`.
 */
export async function layOut(
  { root, job, table }: { root: string; job: string; table: string },
  hidden: readonly string[],
  caches: readonly string[] = [],
): Promise<{ before: string[]; after: string[] }> {
  const entries = await readdir('/', { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !OWN.includes(entry.name))
    .map(({ name }) => name);
  const found = await Promise.all(hidden.map((folder) => realpath(folder).catch(() => null)));
  const there = found.filter((folder) => folder !== null && folders.includes(folder.split('/')[1] ?? ''));
  await writeFile(table, mountTable({ root, job, folders, hidden: there as string[], caches }));
  const places = caches.length === 0 ? [] : [CACHES_PATH, ...caches.map(placeOf)];
  return { before: [root, table], after: [...folders, ...places.map((place) => place.slice(1))] };
}

const placeOf = (cache: string) => join(CACHES_PATH, basename(cache));

/** As in `fstab`. Pure. */
export function mountTable(of: {
  root: string;
  job: string;
  folders: string[];
  hidden: string[];
  caches?: readonly string[];
}): string {
  const line = (what: string, where: string, type: string, options: string) =>
    `${escaped(what)} ${escaped(of.root + where)} ${type} ${options} 0 0\n`;
  const bind = (name: string, to = name) => line(join(of.job, name), `/valohai/${to}`, 'none', 'bind');
  // In one that is empty already there is nothing to hide, nor to find.
  const isInside = (folder: string) => of.hidden.some((other) => folder.startsWith(`${other}/`));
  const hidden = [...new Set(of.hidden)].filter((folder) => !isInside(folder));
  return [
    ...of.folders.map((name) => line(`/${name}`, `/${name}`, 'none', 'rbind')),
    ...['config', 'inputs', 'outputs', 'repository'].map((name) => bind(name)),
    bind('home', '.home'),
    ...(of.caches ?? []).map((cache) => line(cache, placeOf(cache), 'none', 'bind')),
    ...hidden.map((folder) => line('tmpfs', folder, 'tmpfs', 'mode=755')),
  ].join('');
}

/** Blanks part the fields of a table. */
const escaped = (text: string) =>
  text.replace(/[\s\\#]/g, (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** The start of a command line that gives its program mount and process namespaces of its own. */
export interface Isolation {
  program: string;
  args: string[];
}

/** How this machine can do it: as root, as an ordinary user, or null where it cannot. Tried, not guessed. */
export async function findIsolation(): Promise<Isolation | null> {
  if (process.platform !== 'linux') return null;
  const program = await findProgram('unshare');
  if (program === null) return null;
  const common = ['--mount', '--pid', '--fork', '--kill-child'];
  const ways = process.getuid?.() === 0 ? [common] : [];
  ways.push(['--user', '--map-root-user', ...common]);
  for (const args of ways) {
    if (await works({ program, args })) return { program, args };
  }
  return null;
}

/** Runs the very prologue that jobs run, with nothing to do. */
async function works({ program, args }: Isolation): Promise<boolean> {
  const job = await mkdtemp(join(tmpdir(), 'cove-isolation-'));
  const [root, table] = [join(job, 'root'), join(job, 'mounts')];
  try {
    const names = ['root', 'config', 'inputs', 'outputs', 'repository', 'home'];
    await Promise.all(names.map((name) => mkdir(join(job, name))));
    const { before, after } = await layOut({ root, job, table }, []);
    const line = [...args, '/bin/sh', '-c', PROLOGUE, 'sh', ...before, 'exit 42', ...after];
    return (await exitCode(program, line)) === 42;
  } finally {
    await rm(job, { recursive: true, force: true });
  }
}

function exitCode(program: string, args: string[]): Promise<number | null> {
  return new Promise((resolve) => {
    // Standard input is the leash: `execFile` keeps it open until the end.
    const shell = ['-c', 'exec 3<&0 "$@"', 'sh', program, ...args];
    const child = execFile('/bin/sh', shell, { timeout: 10_000 }, () => resolve(child.exitCode));
  });
}

async function findProgram(name: string): Promise<string | null> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && found) return path;
  }
  return null;
}
