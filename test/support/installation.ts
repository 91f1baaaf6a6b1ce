/** A whole installation made by `cove`, as a user would make it: own `COVE_HOME`, own ports. */
import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api } from './api.ts';
import { dockerSocket } from './docker.ts';
import { freePort } from './process.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}
export interface Installation {
  /** `COVE_HOME` */
  home: string;
  name: string;
  configFile: string;
  httpUrl: string;
  httpsUrl: string;
}

/** Chooses ports and writes the config file; nothing is installed yet. */
export async function planInstallation(name: string, config = ''): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), `cove ${name} `));
  const [http, https] = [await freePort(), await freePort()];
  const configFile = join(home, `${name}.yaml`);
  // The engine of the tests listens elsewhere where another one has the usual place.
  const engine = /^dockerSocket:/m.test(config) ? '' : `dockerSocket: ${dockerSocket}\n`;
  await writeFile(configFile, `target: local\nhttpPort: ${http}\nhttpsPort: ${https}\n${engine}${config}`);
  return {
    home,
    name,
    configFile,
    httpUrl: `http://127.0.0.1:${http}`,
    httpsUrl: `https://127.0.0.1:${https}`,
  };
}

export interface CoveOptions {
  input?: string;
  env?: Record<string, string>;
  /** Called with the process id once it runs: a test may kill it. */
  started?: (pid: number) => void;
  /** Called whenever it wrote to standard output; `said` gives all of that so far. */
  seen?: (said: () => string) => void;
  /** In a network of its own that leads nowhere. Only root can make one. */
  offline?: boolean;
}

/** Brings up the loopback device of a new network, then becomes the command. */
const OFFLINE = `
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, UP = 0x8914, 1
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack('16sh', b'lo', UP))
os.execv(sys.argv[1], sys.argv[1:])
`;

/** Runs `cove` against an installation and waits for its end. */
export function cove(at: Installation, args: string[], options: CoveOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const command = [
      ...(options.offline === true ? ['unshare', '--net', 'python3', '-c', OFFLINE] : []),
      ...[process.execPath, join(ROOT, 'toolchain/cove.js'), ...args, '--config', at.configFile],
    ];
    const child = spawn(command[0]!, command.slice(1), {
      cwd: ROOT,
      env: { ...process.env, ...options.env, COVE_HOME: at.home },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
      options.seen?.(() => stdout);
    });
    child.stderr.on('data', (data) => (stderr += data));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.input ?? '');
    if (child.pid !== undefined) options.started?.(child.pid);
  });
}

/** Runs `cove` and insists on success, showing what it printed otherwise. */
export async function coveOk(at: Installation, args: string[], options?: CoveOptions): Promise<Outcome> {
  const outcome = await cove(at, args, options);
  if (outcome.code !== 0)
    throw new Error(
      `cove ${args.join(' ')} ended with ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`,
    );
  return outcome;
}

export async function administrator(at: Installation): Promise<{ username: string; password: string }> {
  return JSON.parse((await coveOk(at, ['password', '--json'])).stdout);
}

export async function login(at: Installation): Promise<Api> {
  const { username, password } = await administrator(at);
  return Api.login(at.httpUrl, username, password);
}
