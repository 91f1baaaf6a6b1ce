/** A way into a running job, for whoever holds the key that was given with it (contract 1.8). */

import { show } from '../door-ports.ts';
import type { Running } from '../executors/executor.ts';
import type { Reach } from '../reach.ts';
import { fingerprintOf, hostKey, parseKey } from './host-key.ts';
import { serve } from './server.ts';

export interface SshWish {
  port: number;
  /** One public key, as in `authorized_keys`. */
  key: string;
}

/** Opens it and says where; gives what closes it. What keeps it from opening is told, and ends no job. */
export async function openSsh(
  running: Running,
  wish: SshWish,
  where: { folder: string; reach: Reach },
  status: (message: string) => void,
): Promise<() => void> {
  try {
    if (running.inside === undefined) throw new Error('jobs cannot be entered in this environment');
    const [own, { listen, address, ports, closed }] = await Promise.all([hostKey(where.folder), where.reach]);
    const allowed = parseKey(wish.key);
    const server = await serve(running.inside, {
      host: listen,
      port: wish.port,
      ports,
      hostKey: own.privateKey,
      allowed,
    });
    const isShut = ports !== undefined && (wish.port < ports.from || wish.port > ports.to);
    if (server.port !== wish.port)
      status(
        `Port ${wish.port} of this machine is ${isShut ? `none of those that people reach (${show(ports)})` : 'taken'}: SSH listens on ${server.port} instead`,
      );
    status(
      `SSH to root@${address} port ${server.port}, for the key ${fingerprintOf(allowed)} alone; host key ${own.fingerprint}`,
    );
    if (closed !== undefined) status(closed);
    // Read by the official client.
    status(`::ssh::${JSON.stringify({ port: server.port, address })}`);
    return () => server.close();
  } catch (error) {
    status(`No SSH into this job: ${(error as Error).message}`);
    return () => {};
  }
}
