/** Stands between a worker and the API, and keeps what they say; and says it again, as that worker did, to an API of today. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  method: string;
  path: string;
  /** Base64 where it is no JSON. */
  body: string;
  json: boolean;
  status: number;
  answer: string;
}

export async function recordingApi(
  target: string,
): Promise<{ url: string; said: Exchange[]; close(): void }> {
  const to = new URL(target);
  const said: Exchange[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const parts = await Array.fromAsync(incoming as AsyncIterable<Buffer>).catch(() => []);
    const body = Buffer.concat(parts);
    const { method = 'GET', url: path = '/', headers } = incoming;
    const passed = request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      const heard: Buffer[] = [];
      answer.on('data', (bytes) => heard.push(bytes as Buffer));
      answer.on('end', () => {
        const json = headers['content-type']?.includes('json') === true;
        const kept = { method, path, json, body: body.toString(json ? 'utf8' : 'base64') };
        said.push({ ...kept, status: answer.statusCode ?? 500, answer: Buffer.concat(heard).toString() });
      });
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    said,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** One job's conversation, in order; without what only waits or fetches, and without the machine's own name. */
export const conversation = (said: readonly Exchange[]): Exchange[] =>
  said
    .filter(
      ({ method, path, status }) =>
        method !== 'GET' && status < 300 && !/\/(stops|doorbell|ring|heartbeats?|status)$/.test(path),
    )
    .map((one) =>
      one.path.endsWith('/hello')
        ? { ...one, body: JSON.stringify({ ...JSON.parse(one.body), hostname: 'box' }) }
        : one,
    );

/** Says it all again. What the API of then had given, ids, tokens and addresses, becomes what today's gives. */
export async function sayAgain(
  url: string,
  token: string,
  execution: string,
  kept: readonly Exchange[],
): Promise<{ path: string; status: number; answer: string }[]> {
  const now = new Map<string, string>();
  const translate = (text: string) =>
    [...now]
      .toSorted(([one], [two]) => two.length - one.length)
      .reduce((said, [before, after]) => said.replaceAll(before, after), text);
  const answers = [];
  for (const { method, path, body, json, answer: then } of kept) {
    if (path.endsWith('/claim')) now.set(JSON.parse(then).execution_id, execution);
    const at = translate(path);
    const response = await fetch(new URL(at, url), {
      method,
      headers: {
        ...(path.startsWith('/api/worker') && { authorization: `Worker ${token}` }),
        ...(json && { 'content-type': 'application/json' }),
      },
      body: json ? translate(body) : Buffer.from(body, 'base64'),
    });
    const answer = await response.text();
    answers.push({ path: at, status: response.status, answer });
    if (!response.ok) return answers;
    if (path.endsWith('/claim')) now.set(JSON.parse(then).token, JSON.parse(answer).token);
    if (path.endsWith('/uploads')) {
      const [before, after] = [JSON.parse(then), JSON.parse(answer)].map(({ uploads }) => uploads);
      for (const [n, { storage_key, url: address }] of before.entries()) {
        now.set(storage_key, after[n].storage_key);
        now.set(pathOf(address), pathOf(after[n].url));
      }
    }
  }
  return answers;
}

const pathOf = (address: string) => {
  const { pathname, search } = new URL(address, 'http://x');
  return pathname + search;
};
