/** The daemon that keeps the services running, for as long as the machine runs. */
import { join } from 'node:path';
import { z } from 'zod';
import {
  awaitSupervisor,
  endSupervisor,
  startSupervisor,
  supervisorPid,
} from '../../local/supervisor/daemon.ts';
import { endInstallation } from '../../local/supervisor/end.ts';
import { installUnit, systemdRuns } from '../../local/supervisor/systemd.ts';
import { makeFolder } from '../files.ts';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  /** The installation's folder. */
  folder: z.string().startsWith('/'),
  /** Hash of the supervisor's own program: another one replaces the daemon, not the services. */
  program: z.string(),
});
export type SupervisorInputs = z.infer<typeof inputs>;
type Outputs = { manager: 'systemd' | 'own' };

async function start(folder: string): Promise<Outputs> {
  await makeFolder(join(folder, 'supervisor', 'services'));
  if (await systemdRuns()) {
    await endSupervisor(folder, 'keep');
    await installUnit(folder);
    await awaitSupervisor(folder);
    return { manager: 'systemd' };
  }
  await startSupervisor(folder);
  return { manager: 'own' };
}

export const supervisor: Kind<SupervisorInputs, Outputs> = {
  inputs,
  outputs: ['manager'],
  replaceOn: ['folder'],
  async create({ folder }) {
    return { id: folder, outputs: await start(folder) };
  },
  async read(folder) {
    return (await supervisorPid(folder)) === null ? null : {};
  },
  async update(folder) {
    await endSupervisor(folder, 'keep');
    return start(folder);
  },
  async delete(folder) {
    // Also what the state has lost sight of.
    await endInstallation(folder);
  },
};
