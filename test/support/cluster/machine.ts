/**
 * A machine for a node of a cluster: namespaces of its own for network, mounts, processes and name, so that nothing of it
 * outlives the test, and no rule or mount of it is seen outside. One wire leads to the machine around it, none further.
 */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Server, startServer, until } from '../process.ts';

const run = promisify(execFile);
const CONTROLLERS = '/sys/fs/cgroup';

export interface NodeMachine {
  /** Its own address, and that of the machine around it on the same wire. */
  address: string;
  outside: string;
  /** Below every controller of the kernel, for the kubelet to make groups in. */
  cgroup: string;
  start(
    program: string,
    args: string[],
    ready: (output: string) => boolean | Promise<boolean>,
  ): Promise<Server>;
  run(program: string, ...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** What the kubelet wants these to be; they are the whole machine's, so it is shown that they are. */
const SEEN = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

export async function startMachine(folder: string): Promise<NodeMachine> {
  const number = process.pid % 250;
  const [outside, address] = [`10.213.${number}.1`, `10.213.${number}.2`];
  const cgroup = `/cove-cluster-${process.pid}`;
  const wire = `cove${process.pid}`;
  mkdirSync(join(folder, 'seen'), { recursive: true });
  const mounts = Object.entries(SEEN).map(([name, value]) => {
    const file = join(folder, 'seen', name.replaceAll('/', '-'));
    writeFileSync(file, `${value}\n`);
    return `mount --bind ${file} /proc/sys/${name}`;
  });
  const first = ['set -e', ...mounts, 'ip link set lo up', 'echo begun', 'while :; do sleep 1 || :; done'];
  const namespaces = [
    '--mount',
    '--net',
    '--pid',
    '--uts',
    '--ipc',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const init = await startServer('unshare', [...namespaces, 'bash', '-c', first.join('\n')], (said) =>
    said.includes('begun'),
  );
  const pid = childOf(init.child);
  const inside = ['--target', pid, '--mount', '--net', '--pid', '--uts', '--ipc', '--'];
  const within = async (program: string, ...args: string[]) =>
    (await run('nsenter', [...inside, program, ...args], { maxBuffer: 2 ** 26 })).stdout;
  const close = async () => {
    await init.stop('SIGKILL');
    await until('groups of processes are empty', () => removeGroups(cgroup), 30).catch(() => {});
  };
  try {
    for (const at of controllers()) mkdirSync(join(at, cgroup), { recursive: true });
    await run('ip', ['link', 'add', wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid]);
    await run('ip', ['address', 'add', `${outside}/30`, 'dev', wire]);
    await run('ip', ['link', 'set', wire, 'up']);
    await within('ip', 'address', 'add', `${address}/30`, 'dev', 'eth0');
    await within('ip', 'link', 'set', 'eth0', 'up');
    // Nothing answers there, but what has no route is refused before anybody's rules are asked.
    await within('ip', 'route', 'add', 'default', 'via', outside);
    await within('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    await within('hostname', 'node');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    address,
    outside,
    cgroup,
    start: (program, args, ready) => startServer('nsenter', [...inside, program, ...args], ready, 90),
    run: within,
    close,
  };
}

/** The first process inside, which `unshare` waits for. */
function childOf({ pid }: ChildProcess): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]!;
}

/** A hierarchy for each controller (version 1), or one for all. */
function controllers(): string[] {
  const names = readdirSync(CONTROLLERS);
  return names.includes('cgroup.controllers') ? [CONTROLLERS] : names.map((name) => join(CONTROLLERS, name));
}

/** True once nothing of it is left. */
function removeGroups(cgroup: string): boolean {
  const remove = (folder: string): boolean => {
    try {
      const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      if (!below.map(({ name }) => remove(join(folder, name))).every(Boolean)) return false;
      rmdirSync(folder);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  };
  return controllers()
    .map((at) => remove(join(at, cgroup)))
    .every(Boolean);
}
