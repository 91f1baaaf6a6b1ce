/** On which port of this machine a job is entered, where not every port of it is reached. */
import { type EventEmitter, once } from 'node:events';

/** Ports that people reach; all of them, where nobody says which. */
export interface DoorPorts {
  from: number;
  to: number;
}

/** A server, of whatever protocol. */
interface Listener extends EventEmitter {
  listen(port: number, host: string): unknown;
}

/** Ports to try, in their order. Pure. */
export function* candidates(ports: DoorPorts | undefined, wished?: number): Iterable<number> {
  if (ports === undefined) {
    if (wished !== undefined) yield wished;
    yield 0;
    return;
  }
  if (wished !== undefined && wished >= ports.from && wished <= ports.to) yield wished;
  for (let port = ports.from; port <= ports.to; port++) if (port !== wished) yield port;
}

/** Listens on the wished port, else on the first that is free. Throws where none is. */
export async function listenAt(
  server: Listener,
  host: string,
  ports: DoorPorts | undefined,
  wished?: number,
): Promise<void> {
  for (const port of candidates(ports, wished)) {
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`all ports that this network lets people in on are taken (${show(ports)})`);
}

export const show = (ports: DoorPorts | undefined): string =>
  ports === undefined ? 'any' : `${ports.from} to ${ports.to}`;
