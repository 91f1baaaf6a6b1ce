/** The end of an installation's processes, whether or not a state still knows of them. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endSupervisor, startSupervisor, supervisorPid } from './daemon.ts';
import { supervisorPlaces } from './places.ts';
import { removeUnit, systemdRuns } from './systemd.ts';

/** Ends all that runs in the folder and forgets it. Returns whether anything had been started there. */
export async function endInstallation(folder: string): Promise<boolean> {
  const own = dirname(supervisorPlaces(folder).services);
  if (!existsSync(own)) return false;
  // It takes a supervisor to end what its predecessor left running.
  if ((await supervisorPid(folder)) === null) await startSupervisor(folder);
  await endSupervisor(folder, 'stop');
  if (await systemdRuns()) await removeUnit(folder);
  await rm(own, { recursive: true, force: true });
  return true;
}
