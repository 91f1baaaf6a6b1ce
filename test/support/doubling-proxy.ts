/** Stands before the API and sends every message of a worker twice, the second time a while later, so that they overtake each other. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DoublingProxy {
  url: string;
  /** How many messages were sent twice. */
  doubled(): number;
  close(): Promise<void>;
}

/** `longest`: milliseconds until the second one. One of the two answers is given back, by chance. */
export async function doublingProxy(target: string, longest: number): Promise<DoublingProxy> {
  const to = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let doubled = 0;
  const send = (method: string, path: string, headers: object, body: Buffer) =>
    new Promise<{ status: number; headers: object; body: Buffer }>((resolve, reject) => {
      const options = { host: to.hostname, port: to.port, method, path, headers: { ...headers }, agent };
      const outgoing = request(options, async (answer) => {
        const parts = await Array.fromAsync(answer as AsyncIterable<Buffer>).catch(() => []);
        resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(parts) });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    try {
      const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
      const first = send(method, url, headers, body);
      const twice =
        method === 'GET'
          ? first
          : sleep(Math.random() * longest).then(() => send(method, url, headers, body));
      twice.then(
        () => doubled++,
        () => {},
      );
      const answer = await (Math.random() < 0.5
        ? first
        : Promise.all([first, twice]).then(([, second]) => second));
      outgoing.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    } catch {
      outgoing.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    doubled: () => doubled,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
