/** The installation's processes as their supervisor sees them. */
import type { Installation } from './installation.ts';

export interface Service {
  name: string;
  /** `ok`: runs and answers; `starting`: not yet; `down`: does not run; `failing`: runs, does not answer. */
  health: 'ok' | 'starting' | 'failing' | 'down';
  detail: string | null;
  pid: number | null;
  address: string | null;
  uptimeSeconds: number | null;
  restarts: number;
}
export interface Services {
  supervisor: { pid: number | null };
  services: Service[];
}

export async function listServices(_installation: Installation): Promise<Services> {
  return { supervisor: { pid: null }, services: [] };
}

export async function restartService(_installation: Installation, _name: string): Promise<void> {}
