/** Whether a service does its work, asked from outside. */
import { connect } from 'node:net';
import type { Probe } from './spec.ts';

const PATIENCE_MS = 3_000;

/** Null when it is well; else what was found, in words. */
export async function probe(how: Probe): Promise<string | null> {
  switch (how.kind) {
    case 'tcp':
      return talk(how.host, how.port);
    case 'talk':
      return talk(how.host, how.port, {
        send: Buffer.from(how.send, 'base64'),
        expect: new RegExp(how.expect),
      });
    case 'http':
      return probeHttp(how.url, how.expect ?? [200]);
  }
}

/** Connects; where something is to be said, looks at the beginning of the answer. */
function talk(host: string, port: number, words?: { send: Buffer; expect: RegExp }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (found: string | null) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => (words === undefined ? end(null) : socket.write(words.send)));
    socket.once('data', (data) => {
      const answer = data.toString('latin1');
      end(
        words?.expect.test(answer) ? null : `${host}:${port} answers ${JSON.stringify(answer.slice(0, 120))}`,
      );
    });
    socket.once('timeout', () => end(`${host}:${port} does not answer`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(`${host}:${port}: ${error.code ?? error.message}`),
    );
    socket.once('close', () => end(`${host}:${port} hung up`));
  });
}

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
