/** A network of a process's own, joined to this machine by one cable that can be cut, also for one direction. Only root makes one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ip = (...args: string[]) => run('ip', args);
let made = 0;

export interface Network {
  /** This machine's address in it. */
  host: string;
  /** Before the command of who lives there. */
  wrapper: string[];
  /** Packets vanish: `in`: to those who live there, `out`: from them; of all, or of one TCP port of this machine. */
  cut(direction: 'both' | 'in' | 'out', port?: number): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Two by process and number, so that tests beside each other do not meet. */
export async function makeNetwork(): Promise<Network> {
  const name = `cove${process.pid % 100_000}x${made++}`;
  const [a, b] = [1 + (process.pid % 250), Math.floor(process.pid / 250) % 60];
  const prefix = `10.${190 + (b % 60)}.${a}`;
  const base = 4 * made;
  const [host, inside] = [`${prefix}.${base + 1}`, `${prefix}.${base + 2}`];
  const outer = `c${process.pid % 1_000_000}v${made}`;
  await ip('netns', 'add', name);
  const within = (...args: string[]) => ip('netns', 'exec', name, ...args);
  const close = async () => {
    await ip('link', 'delete', outer).catch(() => {});
    await ip('netns', 'delete', name);
  };
  try {
    await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await ip('address', 'add', `${host}/30`, 'dev', outer);
    await ip('link', 'set', outer, 'up');
    await within('ip', 'link', 'set', 'lo', 'up');
    await within('ip', 'address', 'add', `${inside}/30`, 'dev', 'eth0');
    await within('ip', 'link', 'set', 'eth0', 'up');
  } catch (error) {
    await close();
    throw error;
  }
  const rules = async (...lines: string[]) =>
    void (await within('sh', '-c', ['-F', ...lines].map((line) => `iptables ${line}`).join(' && ')));
  return {
    host,
    wrapper: ['ip', 'netns', 'exec', name],
    mend: () => rules(),
    cut: (direction, port) => {
      const only = (side: string) => (port === undefined ? '' : ` -p tcp --${side} ${port}`);
      return rules(
        ...(direction !== 'out' ? [`-A INPUT -i eth0${only('sport')} -j DROP`] : []),
        ...(direction !== 'in' ? [`-A OUTPUT -o eth0${only('dport')} -j DROP`] : []),
      );
    },
    close,
  };
}
