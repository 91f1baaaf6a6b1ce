/** Stands before an object store that is not well: requests are refused, stand still, or change a byte on their way. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export type Sickness = 'well' | 'refuse' | 'stall' | 'change up' | 'change down';

/** `of` tells what becomes of a request; `stallMs`: how long one stands still before it goes on. */
export async function sickProxy(target: string, of: (method: string) => Sickness, stallMs = 1_000) {
  const to = new URL(target);
  const count: Record<Sickness, number> = { well: 0, refuse: 0, stall: 0, 'change up': 0, 'change down': 0 };
  const server = createServer(async (incoming, answer) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const sickness = of(method);
    count[sickness]++;
    if (sickness === 'refuse') {
      incoming.resume();
      return void answer.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
    }
    if (sickness === 'stall') await sleep(stallMs);
    const options = { host: to.hostname, port: to.port, method, path: url, headers };
    const outgoing = request(options, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      (sickness === 'change down' ? response.pipe(changed()) : response).pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('error', () => {});
    incoming.on('error', () => outgoing.destroy());
    (sickness === 'change up' ? incoming.pipe(changed()) : incoming).pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Turns one bit of the first byte. */
function changed(): Transform {
  let done = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      const copy = Buffer.from(chunk);
      if (!done && copy.length > 0) copy[0] = (copy[0] ?? 0) ^ 1;
      done = true;
      next(null, copy);
    },
  });
}
