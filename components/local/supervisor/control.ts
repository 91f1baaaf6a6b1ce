/** The control socket: one JSON line in, one out. Only its owner may enter the folder it lies in. */
import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type SupervisorPlaces, socketPath } from './places.ts';
import type { Reply, Request } from './spec.ts';

/** Listens; the caller holds the supervisor's lock, so a socket that is there belongs to nobody. */
export async function listen(
  places: SupervisorPlaces,
  handle: (request: Request) => Promise<Reply>,
): Promise<{ server: Server; path: string }> {
  const path = socketPath(dirname(places.address));
  privateFolder(dirname(path));
  rmSync(path, { force: true });
  const server = createServer((connection) => {
    connection.on('error', () => {});
    createInterface({ input: connection }).once('line', async (line) => {
      const reply = await answer(line, handle);
      connection.end(`${JSON.stringify(reply)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  writeFileSync(places.address, path, { mode: 0o600 });
  return { server, path };
}

async function answer(line: string, handle: (request: Request) => Promise<Reply>): Promise<Reply> {
  try {
    return await handle(JSON.parse(line) as Request);
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

/** In a folder that everybody may write to, somebody else may have made it first. */
function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory() || uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(
      `${folder} must be a folder of this user alone (mode 0700). Remove it, or mend it with chmod 700.`,
    );
  }
}
