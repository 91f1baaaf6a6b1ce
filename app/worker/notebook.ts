/**
 * The door to a running notebook: a port of this machine, behind which the job's own listens. Beyond this machine it
 * speaks TLS, by a certificate of its own; who may enter is decided by the token that the notebook asks for.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { ownCertificate } from '../platform/own-certificate.ts';
import { listenAt } from './door-ports.ts';
import type { Running } from './executors/executor.ts';
import type { Inside } from './executors/inside.ts';
import { isLoopback, type Listening, type Reach } from './reach.ts';

const LOOK_MS = 300;

/** Opens it, and says where once the notebook answers; gives what shuts it. What goes wrong is told, and ends no job. */
export async function openNotebook(
  running: Running,
  port: number | undefined,
  where: { reach: Reach },
  status: (message: string) => void,
): Promise<() => void> {
  const over = new AbortController();
  try {
    if (running.inside === undefined || port === undefined)
      throw new Error('nobody reaches jobs of this environment');
    const door = await openDoor(running.inside, port, await where.reach, over.signal);
    void answers(running.inside, port, over.signal).then(() => {
      if (over.signal.aborted) return;
      status(
        `The notebook answers; its address is at /api/v0/executions/<id>/notebook/. ${door.note}`.trim(),
      );
      // Read by the API, which adds the token for those who may enter.
      status(`::notebook::${JSON.stringify({ url: door.url })}`);
    });
  } catch (error) {
    status(`Nobody can open this notebook: ${(error as Error).message}`);
  }
  return () => over.abort();
}

async function openDoor(
  inside: Inside,
  port: number,
  { listen, address, ports, closed }: Listening,
  over: AbortSignal,
) {
  const sockets = new Set<Socket>();
  const forward = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    inside.connect(port).then(
      (job) => {
        socket.pipe(job).pipe(socket);
        job.on('error', () => socket.destroy()).once('close', () => socket.destroy());
        socket.once('close', () => job.destroy());
      },
      () => socket.destroy(),
    );
  };
  const own = isLoopback(listen) ? null : await ownCertificate(address);
  const server: Server =
    own === null ? createServer(forward) : createTlsServer({ cert: own.certificate, key: own.key }, forward);
  await listenAt(server, listen, ports);
  server.on('error', () => {}).on('tlsClientError', () => {});
  over.addEventListener('abort', () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port: here } = server.address() as AddressInfo;
  const certificate =
    own === null ? '' : `Its certificate is its own; SHA-256 fingerprint ${own.fingerprint}`;
  const note = closed === undefined ? certificate : `${certificate}. ${closed}`;
  return { url: `${own === null ? 'http' : 'https'}://${address}:${here}/`, note };
}

/** Until somebody speaks HTTP there: that a port takes connections does not mean it yet. */
async function answers(inside: Inside, port: number, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const spoke = await speaks(inside, port);
    if (spoke) return;
    await sleep(LOOK_MS);
  }
}

async function speaks(inside: Inside, port: number): Promise<boolean> {
  try {
    const socket = await inside.connect(port);
    return await new Promise<boolean>((resolve) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString('latin1').startsWith('HTTP/'));
        socket.destroy();
      });
      socket.on('error', () => resolve(false)).once('close', () => resolve(false));
      socket.write('GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    });
  } catch {
    return false;
  }
}
