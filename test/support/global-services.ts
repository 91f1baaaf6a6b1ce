/**
 * Vitest's global setup: owns the servers that all test files share, and starts each when the first file asks.
 * Files ask over a Unix socket, so that there is one of each, and it ends with the run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOCKET_VARIABLE, services } from './services.ts';

let close: (() => Promise<void>) | undefined;

export async function setup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
  const owned = services(folder);
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await owned.get(request.url?.slice(1) ?? '')));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  const path = join(folder, 'ask');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  process.env[SOCKET_VARIABLE] = path;
  close = async () => {
    server.closeAllConnections();
    server.close();
    await owned.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

export async function teardown(): Promise<void> {
  await close?.();
}
