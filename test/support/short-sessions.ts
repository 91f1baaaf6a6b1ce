/**
 * Stands before moto and adds what it leaves out: sessions of roles are short, and an address that was signed in one ends
 * with it, as AWS has it. Held requests come so late: their session is over by then.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ShortSessions {
  url: string;
  /** Names of the requests whose session was over. */
  late: string[];
  /** Addresses that promised to be good for longer than their session. */
  liars: string[];
  close(): Promise<void>;
}

/** `held`: names what a signed request is for where the first one of that name shall come late. */
export async function shortSessions(
  target: string,
  seconds: number,
  held: (method: string, url: URL) => string | null,
): Promise<ShortSessions> {
  const to = new URL(target);
  const ends = new Map<string, number>();
  const known = new Set<string>();
  const late: string[] = [];
  const liars: string[] = [];

  const pass = (incoming: IncomingMessage, answer: ServerResponse, rewrite?: (text: string) => string) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const options = { host: to.hostname, port: to.port, method, path: url, headers };
    const outgoing = request(options, async (response) => {
      if (rewrite === undefined) {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        return void response.pipe(answer);
      }
      const text = rewrite(Buffer.concat(await Array.fromAsync(response)).toString());
      answer.writeHead(response.statusCode ?? 500, { 'content-type': 'text/xml' }).end(text);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  };
  const shorten = (text: string): string => {
    const key = /<AccessKeyId>([^<]+)/.exec(text)?.[1];
    if (key === undefined || !text.includes('<SessionToken>')) return text;
    const end = Date.now() + seconds * 1000;
    ends.set(key, end);
    return text.replace(/<Expiration>[^<]+/, `<Expiration>${new Date(end).toISOString()}`);
  };
  const refuse = (incoming: IncomingMessage, answer: ServerResponse, status: number, code: string) => {
    incoming.resume();
    answer.writeHead(status).end(`<Error><Code>${code}</Code><Message>It has ended.</Message></Error>`);
  };

  const server = createServer(async (incoming, answer) => {
    const url = new URL(incoming.url ?? '/', target);
    const query = url.searchParams;
    const key = query.get('X-Amz-Credential')?.split('/')[0];
    // Sessions are asked for in a form, at the root.
    if (key === undefined) return pass(incoming, answer, url.pathname === '/' ? shorten : undefined);
    const end = ends.get(key) ?? 0;
    const date = query.get('X-Amz-Date')?.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5') ?? '';
    const promised = Date.parse(date) + Number(query.get('X-Amz-Expires')) * 1000;
    if (promised > end) liars.push(url.pathname);
    const name = held(incoming.method ?? 'GET', url);
    if (name !== null && !known.has(name)) {
      known.add(name);
      // A timer may ring a moment early.
      await sleep(Math.max(0, end - Date.now()) + 5);
    }
    if (end <= Date.now()) {
      late.push(name ?? url.pathname);
      return refuse(incoming, answer, 400, 'ExpiredToken');
    }
    if (promised <= Date.now()) return refuse(incoming, answer, 403, 'AccessDenied');
    pass(incoming, answer);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    late,
    liars,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
