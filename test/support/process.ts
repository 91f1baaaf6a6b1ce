/** Starts and ends the servers that tests talk to. Each dies with the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Server {
  child: ChildProcess;
  /** What it wrote so far. */
  output(): string;
  /** Ends it and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Ends the server when this process is gone, however it went: its end closes the watcher's standard input. */
function watch(child: ChildProcess): void {
  const script = 'read _; kill -KILL "$0"';
  const watcher = spawn('sh', ['-c', script, String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  child.on('exit', () => watcher.kill('SIGKILL'));
}

/** Starts a server and waits until `ready` holds; throws with its output where it ends before. */
export async function startServer(
  command: string,
  args: string[],
  ready: (output: string) => boolean | Promise<boolean>,
  seconds = 30,
): Promise<Server> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-64_000);
    });
  }
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  if (child.pid !== undefined) watch(child);
  const server: Server = {
    child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null || !child.kill(signal)) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await once(child, 'exit');
      clearTimeout(timer);
    },
  };
  for (const end = Date.now() + seconds * 1000; ; ) {
    if (failure ?? child.exitCode !== null) throw new Error(`${command}: ${failure ?? output}`);
    if (await ready(output)) return server;
    if (Date.now() > end) {
      await server.stop('SIGKILL');
      throw new Error(`${command} is not ready after ${seconds} s:\n${output}`);
    }
    await delay(10);
  }
}

/** Systems take ports for outgoing connections from 32,768 on, an installation those of its services from 20,000 on. */
const [FIRST_PORT, LAST_PORT] = [10_000, 19_999];
const RESERVED_MS = 3_600_000;

/** A port that nobody listens on, and that no other test of this run is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (reserve(port) && (await isFree(port))) return port;
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** By a file of its number: tests run in processes of their own. */
function reserve(port: number): boolean {
  const folder = join(tmpdir(), 'cove-test-ports');
  const file = join(folder, String(port));
  mkdirSync(folder, { recursive: true });
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age > RESERVED_MS) rmSync(file, { force: true });
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Waits until `condition` gives something other than false, null or undefined. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 15,
): Promise<Exclude<T, false | null | undefined>> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<T, false | null | undefined>;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await delay(10);
  }
}
