/** Where the supervisor of an installation keeps things, below `COVE_HOME/<name>`. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest path of a unix socket: 104 bytes on macOS, 108 on Linux, with the closing zero. */
const LONGEST_SOCKET = 100;

export interface SupervisorPlaces {
  /** The installation's folder. */
  folder: string;
  services: string;
  running: string;
  lock: string;
  /** File that names the control socket of the supervisor that runs. */
  address: string;
  logs: string;
  /** The supervisor's own log. */
  log: string;
}

export function supervisorPlaces(folder: string): SupervisorPlaces {
  const own = join(folder, 'supervisor');
  const logs = join(folder, 'logs');
  return {
    folder,
    services: join(own, 'services'),
    running: join(own, 'running'),
    lock: join(own, 'supervisor.lock'),
    address: join(own, 'socket'),
    logs,
    log: join(logs, 'supervisor.log'),
  };
}

export const specFile = (places: SupervisorPlaces, name: string) => join(places.services, `${name}.json`);
export const recordFile = (places: SupervisorPlaces, name: string) => join(places.running, `${name}.json`);
export const logFile = (places: SupervisorPlaces, name: string) => join(places.logs, `${name}.log`);

/** In the folder itself, or, where that path is too long for a socket, in a private folder below the system's own. */
export function socketPath(folder: string, temporary = tmpdir()): string {
  const path = join(folder, 'control.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(temporary, `cove-${process.getuid?.()}-${key}`, 'control.sock');
}
