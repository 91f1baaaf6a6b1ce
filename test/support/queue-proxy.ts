/** Stands before API and Redis for a worker in a network of its own: it is told of a Redis that it reaches there, through here. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { text } from 'node:stream/consumers';

/** `api`: its address; `redis`: the real one. */
export async function queueProxy(api: string, redis: { host: string; port: number }) {
  const sockets = new Set<Socket>();
  const queue = createTcpServer((near) => {
    const far = connect(redis.port, redis.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const server = createServer((incoming, answer) => {
    const { method, url = '/', headers } = incoming;
    const outgoing = request(new URL(url, api), { method, headers }, async (response) => {
      const { statusCode = 500 } = response;
      if (!url.endsWith('/hello') || statusCode !== 200)
        return void response.pipe(answer.writeHead(statusCode, response.headers));
      const told = JSON.parse(await text(response));
      const host = new URL(`http://${headers.host}`).hostname;
      const body = JSON.stringify({ ...told, queue: { ...told.queue, host, port: portOf(queue) } });
      answer.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.on('error', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  for (const one of [queue, server]) {
    one.listen(0, '0.0.0.0');
    await once(one, 'listening');
  }
  return {
    port: portOf(server),
    queuePort: portOf(queue),
    close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      for (const one of [queue, server]) one.close();
    },
  };
}
