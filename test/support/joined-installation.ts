/** The API of an installation, as far as the registration of a worker stack goes: real HTTP, and nothing behind it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerStackSettings } from '../../app/settings.ts';

export const TOKEN = 'a-token-of-the-administrator';

export async function installation() {
  const stacks = new Map<string, Record<string, unknown>>();
  let knows = true;
  let refusal: string | undefined;
  const server = createServer(async (request, response) => {
    const [, name, check] = /^\/api\/v0\/worker-stacks\/([^/]+)\/(check\/)?$/.exec(request.url ?? '') ?? [];
    if (name === undefined || !knows) return response.writeHead(404).end('{}');
    if (request.headers.authorization !== `Token ${TOKEN}`) return response.writeHead(401).end('{}');
    if (refusal !== undefined) return response.writeHead(409).end(JSON.stringify({ message: refusal }));
    if (check !== undefined) return response.writeHead(204).end();
    if (request.method === 'PUT') {
      const found = WorkerStackSettings.safeParse(JSON.parse(await textOf(request)));
      if (!found.success) return response.writeHead(400).end(JSON.stringify({ detail: found.error.message }));
      stacks.set(name, found.data);
    }
    if (request.method === 'GET' && !stacks.has(name)) return response.writeHead(404).end('{}');
    if (request.method === 'DELETE') stacks.delete(name);
    response.writeHead(request.method === 'DELETE' ? 204 : 200).end(request.method === 'DELETE' ? '' : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stacks,
    /** Becomes one that is too old for worker stacks. */
    forget: () => {
      knows = false;
    },
    /** Becomes one that takes no workers, in its own words. */
    refuse: (words: string) => {
      refusal = words;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
