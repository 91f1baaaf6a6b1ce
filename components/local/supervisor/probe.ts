/** Whether a service does its work, asked from outside. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import type { Probe } from './spec.ts';

const PATIENCE_MS = 3_000;

/** Null when it is well; else what was found, in words. */
export async function probe(how: Probe): Promise<string | null> {
  switch (how.kind) {
    case 'tcp':
      return probeTcp(how.host, how.port);
    case 'http':
      return probeHttp(how.url, how.expect ?? [200]);
    case 'command':
      return probeCommand(how.command, how.args);
  }
}

const probeTcp = (host: string, port: number) =>
  new Promise<string | null>((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (found: string | null) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`${host}:${port} does not answer`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(`${host}:${port}: ${error.code ?? error.message}`),
    );
  });

async function probeHttp(url: string, expect: number[]): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return expect.includes(response.status) ? null : `${url} answers ${response.status}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    return `${url}: ${cause?.code ?? message}`;
  }
}

const probeCommand = (command: string, args: string[]) =>
  new Promise<string | null>((resolve) => {
    execFile(command, args, { timeout: PATIENCE_MS * 2 }, (error) =>
      resolve(error === null ? null : `${command} ended with ${error.code ?? error.signal}`),
    );
  });
