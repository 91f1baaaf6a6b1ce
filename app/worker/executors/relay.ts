/**
 * An API that listens on this machine's loopback alone cannot be reached from a container. This lets through what
 * carries a run's own token, and nothing else, from the containers' side of the machine.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Relay {
  /** `http://host:port`, to put in the place of the API's own. */
  origin: string;
  close(): void;
}

/** Whether only programs of this machine itself reach the address. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** Listens on `host`, a port of its choice, and speaks plain HTTP to `target`. Rejects where it cannot listen there. */
export async function startRelay(host: string, target: string): Promise<Relay> {
  const server = createServer((incoming, answer) => forward(new URL(target), incoming, answer));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return { origin: `http://${host}:${port}`, close: () => server.close() };
}

function forward(target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  const refuse = (status: number) => {
    if (!answer.headersSent) answer.writeHead(status);
    answer.end();
  };
  if (!/^Execution \S/.test(incoming.headers.authorization ?? '')) {
    refuse(403);
    return;
  }
  const { method, url: path, headers } = incoming;
  const onwards = request(
    { host: target.hostname, port: target.port, method, path, headers: { ...headers, host: target.host } },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  onwards.once('error', () => refuse(502));
  incoming.once('error', () => onwards.destroy());
  incoming.pipe(onwards);
}
