/** Where people find what a job opens on this machine. */
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { WorkerSettings } from '../settings.ts';
import type { DoorPorts } from './door-ports.ts';

export interface Listening {
  /** The address to listen on. */
  listen: string;
  /** What people type. */
  address: string;
  /** Those that people reach. Absent: whichever is free. */
  ports?: DoorPorts;
  /** What keeps people out, as far as this machine knows. */
  closed?: string;
}
export type Reach = Promise<Listening>;

const CLOSED =
  'The network of this machine lets nobody in to it until `jobAccess` in the config names who may come.';

/** Whether a host, without brackets, is this machine to itself alone. Pure. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host);

/**
 * As the settings say; else, where the API is on this machine's loopback, only from this machine; else at the address
 * by which this machine reaches the API.
 */
export async function reachOf({
  doors,
  doorPorts,
  apiUrl,
  machine,
}: Pick<WorkerSettings, 'doors' | 'doorPorts' | 'apiUrl' | 'machine'>): Reach {
  if (doors !== undefined) return doors;
  const { hostname: host, port } = new URL(apiUrl);
  const name = host.replace(/^\[|\]$/g, '');
  if (isLoopback(name)) return { listen: '127.0.0.1', address: '127.0.0.1' };
  return {
    listen: '0.0.0.0',
    address: await ownAddress(name, Number(port) || 443),
    ...(doorPorts !== undefined && { ports: doorPorts }),
    // A machine that the platform made stands behind the platform's own rules.
    ...(machine !== undefined && doorPorts === undefined && { closed: CLOSED }),
  };
}

/** What a job is told of the machine it runs on (contract 3.1). */
export interface Addresses {
  local: string;
  /** By which it is found from outside, where an operator said so; else its own. */
  public: string;
}

export async function addressesOf({
  apiUrl,
  doors,
}: Pick<WorkerSettings, 'apiUrl' | 'doors'>): Promise<Addresses> {
  const { hostname: host, port } = new URL(apiUrl);
  const name = host.replace(/^\[|\]$/g, '');
  // Where the API is on this very machine: towards anywhere (RFC 5737).
  const [to, at] = isLoopback(name) ? ['192.0.2.1', 443] : [name, Number(port) || 443];
  const found = await ownAddress(to, at);
  const local = isIP(found) === 0 ? '127.0.0.1' : found;
  const given = doors?.address ?? '';
  return { local, public: isIP(given) === 0 || isLoopback(given) ? local : given };
}

/** Connecting a UDP socket sends nothing; it only finds out which way packets would go. */
async function ownAddress(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host, () => resolve());
    });
    return socket.address().address;
  } catch {
    return hostname();
  } finally {
    socket.close();
  }
}
