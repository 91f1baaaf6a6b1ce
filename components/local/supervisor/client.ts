/** How the provider and the command line speak with an installation's supervisor. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { supervisorPlaces } from './places.ts';
import type { Reply, Request, ServiceReport } from './spec.ts';

/** There is no supervisor, or it does not answer. */
export class SupervisorAway extends Error {
  readonly code = 'supervisor_away';
  constructor(folder: string, reason: string) {
    super(`The supervisor of ${folder} does not answer (${reason}). \`cove up\` starts it again.`);
    this.name = 'SupervisorAway';
  }
}

export interface SupervisorAnswer {
  pid: number;
  services: ServiceReport[];
}

/** Asks the supervisor of an installation's folder; throws SupervisorAway, or an Error with its complaint. */
export async function askSupervisor(folder: string, request: Request): Promise<SupervisorAnswer> {
  let path: string;
  try {
    path = readFileSync(supervisorPlaces(folder).address, 'utf8');
  } catch {
    throw new SupervisorAway(folder, 'it is not running');
  }
  const line = await exchange(path, `${JSON.stringify(request)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new SupervisorAway(folder, error.code ?? error.message);
  });
  const reply = JSON.parse(line) as Reply;
  if (reply.ok) return reply;
  throw new Error(reply.message);
}

function exchange(path: string, message: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(message));
    socket.once('error', reject);
    const lines = createInterface({ input: socket });
    // An error of the socket is told by the socket itself.
    lines.on('error', () => {});
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('it hung up')));
  });
}
