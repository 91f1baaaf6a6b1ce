/**
 * An API that listens on this machine's loopback alone cannot be reached from a container. This lets through what
 * carries a run's own token, and files by addresses that carry their own permission; nothing else.
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

/** The API looks at the token and at the signature itself; this keeps all else from being tried at all. */
function mayPass({ method, url, headers }: IncomingMessage): boolean {
  if (/^Execution \S/.test(headers.authorization ?? '')) return true;
  return method === 'GET' && /^\/store\/[^?]+\?(.*&)?signature=/.test(url ?? '');
}

function forward(target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  const refuse = (status: number) => {
    if (!answer.headersSent) answer.writeHead(status);
    answer.end();
  };
  if (!mayPass(incoming)) {
    refuse(403);
    return;
  }
  const { method, url: path } = incoming;
  // Addresses in the answer must be of this side, or the job could not use them.
  const asked = { 'x-forwarded-host': incoming.headers.host, 'x-forwarded-proto': 'http' };
  const headers = { ...incoming.headers, ...asked, host: target.host };
  const onwards = request({ host: target.hostname, port: target.port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onwards.once('error', () => refuse(502));
  incoming.once('error', () => onwards.destroy());
  incoming.pipe(onwards);
}
