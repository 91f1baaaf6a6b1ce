/** Ends a service, with the supervisor or, where that is dead, without. */
import { readFileSync, rmSync } from 'node:fs';
import { askSupervisor, SupervisorAway } from './client.ts';
import { specFile, supervisorPlaces } from './places.ts';
import { endRecorded } from './process.ts';
import type { ServiceSpec } from './spec.ts';

/** It stays stopped until it is asked for again, or a supervisor starts. */
export const stopService = (installation: string, name: string) => end(installation, name, 'stop');

/** Ends it and forgets it. */
export async function removeService(installation: string, name: string): Promise<void> {
  await end(installation, name, 'remove');
  rmSync(specFile(supervisorPlaces(installation), name), { force: true });
}

async function end(installation: string, name: string, action: 'stop' | 'remove'): Promise<void> {
  try {
    await askSupervisor(installation, { action, name });
  } catch (error) {
    if (!(error instanceof SupervisorAway)) throw error;
    const places = supervisorPlaces(installation);
    await endRecorded(places, name, readSpec(specFile(places, name)));
  }
}

function readSpec(file: string): ServiceSpec | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServiceSpec;
  } catch {
    return null;
  }
}
