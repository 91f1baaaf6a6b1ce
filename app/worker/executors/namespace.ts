/** `/valohai` without a container engine: a root of the job's own, made of the machine's and the job's folders. */
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Runs as process 1 of the job's namespaces. Arguments: `$1` an empty folder for the root, `$2` the folder that holds
 * config, inputs, outputs, repository and home, `$3` folders to hide, one a line, `$4` the job's command.
 * File descriptor 3 is the leash: a line means SIGTERM for all, a second one, or its end with the worker, SIGKILL.
 * On it goes one line back once the folders are in place: an exit before that is not the job's.
 */
export const PROLOGUE = `
set -e
job_path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 job=$2 hide=$3 command=$4
mount -t tmpfs -o mode=755 tmpfs "$root"
cd /
set --
for entry in * .[!.]*; do
  case $entry in valohai | proc | lost+found | '*' | '.[!.]*') continue ;; esac
  if [ -L "/$entry" ]; then ln -s "$(readlink "/$entry")" "$root/$entry"
  elif [ -d "/$entry" ]; then set -- "$@" "$entry"
  fi
done
mkdir "$root/proc" "$root/valohai" "$root/valohai/config" "$root/valohai/inputs" "$root/valohai/outputs" \\
  "$root/valohai/repository" "$root/valohai/.home"
(cd "$root" && mkdir -- "$@")
for entry; do mount --rbind "/$entry" "$root/$entry"; done
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
for folder in config inputs outputs repository; do mount --bind "$job/$folder" "$root/valohai/$folder"; done
mount --bind "$job/home" "$root/valohai/.home"
printf '%s\\n' "$hide" | while IFS= read -r folder; do
  if [ -n "$folder" ] && [ -d "$root$folder" ]; then mount -t tmpfs -o mode=755 tmpfs "$root$folder"; fi
done
chroot=$(command -v chroot)
{ if read -r _ <&3; then kill -TERM -1; read -r _ <&3 || :; fi; kill -KILL -1; } </dev/null >/dev/null 2>&1 &
set +e
echo ready >&3
PATH=$job_path "$chroot" "$root" /bin/sh -c 'cd /valohai/repository && exec /bin/sh -c "$1"' sh "$command" 3<&-
exit $?
`;

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
  const folder = await mkdtemp(join(tmpdir(), 'cove-isolation-'));
  const names = ['root', 'config', 'inputs', 'outputs', 'repository', 'home'];
  const script = `cd "$2" && mkdir ${names.join(' ')} && cd / && ${PROLOGUE}`;
  try {
    const line = [...args, '/bin/sh', '-c', script, 'sh', join(folder, 'root'), folder, '', 'exit 42'];
    return (await exitCode(program, line)) === 42;
  } finally {
    await rm(folder, { recursive: true, force: true });
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
