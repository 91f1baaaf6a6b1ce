/** Starts and ends the servers that tests talk to. Each dies with the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
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

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
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
