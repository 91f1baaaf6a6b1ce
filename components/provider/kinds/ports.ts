/** Ports of 127.0.0.1 for services that only talk among themselves: chosen once, kept in the state. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { z } from 'zod';
import { claimPort, releasePort } from '../../local/port-claims.ts';
import type { Kind } from '../kind.ts';

// Below the range from which systems take ports for outgoing connections.
const FIRST = 20_000;
const LAST = 31_999;

const inputs = z.strictObject({
  installation: z.string().startsWith('/'),
  /** What each is for. */
  names: z.array(z.string().min(1)),
});
export type PortsInputs = z.infer<typeof inputs>;
type Outputs = { ports: Record<string, number> };

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

async function choose({ installation, names }: PortsInputs, known: Record<string, number>): Promise<Outputs> {
  const ports: Record<string, number> = {};
  const taken = new Set(Object.values(known));
  for (const name of names) {
    let port = known[name];
    for (let tries = 0; port === undefined; tries++) {
      if (tries > 1000) throw new Error(`No free port between ${FIRST} and ${LAST} on 127.0.0.1.`);
      const candidate = randomInt(FIRST, LAST + 1);
      if (taken.has(candidate) || !(await isFree(candidate))) continue;
      if (claimPort(candidate, installation)) port = candidate;
    }
    ports[name] = port;
    taken.add(port);
  }
  return { ports };
}

export const ports: Kind<PortsInputs, Outputs> = {
  inputs,
  outputs: ['ports'],
  unimportant: ['installation'],
  async create(wanted) {
    return { id: 'ports', outputs: await choose(wanted, {}) };
  },
  async read() {
    return {};
  },
  update: (_id, olds, wanted) => choose(wanted, olds.ports),
  async delete(_id, { installation, ports: held }) {
    for (const port of Object.values(held)) releasePort(port, installation);
  },
};
