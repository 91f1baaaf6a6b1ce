/** Ports that the installation listens on: free, ours already, or somebody else's. */
import { createServer } from 'node:net';
import { type Finding, fail, ok } from './finding.ts';

export interface WantedPort {
  /** Key of the configuration that names it. */
  key: string;
  host: string;
  port: number;
}

/** Why a listener cannot stand there; null: it can. */
export function portTrouble(host: string, port: number): Promise<'EADDRINUSE' | 'EACCES' | string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

export function judgePort(wanted: WantedPort, trouble: string | null, isOurs: boolean): Finding {
  const check = `port ${wanted.port}`;
  if (isOurs) return ok(check, 'held by this installation');
  if (trouble === null) return ok(check, 'free');
  const other = `or choose another port: ${wanted.key} in the configuration.`;
  if (trouble === 'EADDRINUSE') {
    return fail(
      check,
      `taken by another program on ${wanted.host}`,
      'a free port',
      `End that program (\`ss -ltnp\` names it), ${other}`,
    );
  }
  if (trouble === 'EACCES') {
    return fail(
      check,
      'not allowed for this user',
      'a port above 1023, or root',
      `Start it as root, ${other}`,
    );
  }
  return fail(
    check,
    `cannot be listened on at ${wanted.host} (${trouble})`,
    'an address of this machine',
    `Correct the listening address, ${other}`,
  );
}

/** `isOurs`: the installation's own services run and hold these ports. */
export const checkPorts = (wanted: WantedPort[], isOurs: boolean): Promise<Finding[]> =>
  Promise.all(
    wanted.map(async (port) =>
      judgePort(port, isOurs ? null : await portTrouble(port.host, port.port), isOurs),
    ),
  );
