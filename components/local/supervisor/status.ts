/** What runs and what is well in an installation, told truthfully also when its supervisor is dead. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { askSupervisor } from './client.ts';
import { isAlive, readIdentity } from './identity.ts';
import { recordFile, type SupervisorPlaces, specFile, supervisorPlaces } from './places.ts';
import { probe } from './probe.ts';
import type { Probe, ServiceReport, ServiceSpec } from './spec.ts';

/** `ok`; `failing`: it runs but does not answer as it should; `down`: it does not run. */
export type Health = 'ok' | 'failing' | 'down';

export interface ServiceStatus extends ServiceReport {
  health: Health;
  /** What was found where health is not `ok`. */
  found: string | null;
  /** Where it answers, if it has an address. */
  address: string | null;
  rank: number;
}
export interface InstallationStatus {
  supervisor: { pid: number | null };
  services: ServiceStatus[];
}

/** Every service that should run in the installation's folder, in the order they are started. */
export async function installationStatus(folder: string): Promise<InstallationStatus> {
  const places = supervisorPlaces(folder);
  const answer = await askSupervisor(folder, { action: 'status' }).catch(() => null);
  const services = await Promise.all(
    readSpecs(places).map(async (spec): Promise<ServiceStatus> => {
      const report =
        answer?.services.find(({ name }) => name === spec.name) ?? reportFromRecord(places, spec.name);
      return {
        ...report,
        ...(await healthOf(spec, report)),
        address: addressOf(spec.probe),
        rank: spec.rank ?? 50,
      };
    }),
  );
  services.sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name));
  return { supervisor: { pid: answer?.pid ?? null }, services };
}

export function readSpecs(places: SupervisorPlaces): ServiceSpec[] {
  let files: string[];
  try {
    files = readdirSync(places.services).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
  return files.map((file) => JSON.parse(readFileSync(specFile(places, basename(file, '.json')), 'utf8')));
}

/** One service's process, without asking how it does. */
export async function serviceReport(folder: string, name: string): Promise<ServiceReport> {
  const answer = await askSupervisor(folder, { action: 'status' }).catch(() => null);
  return (
    answer?.services.find((service) => service.name === name) ??
    reportFromRecord(supervisorPlaces(folder), name)
  );
}

/** Without a supervisor the records say whether the process still lives. */
function reportFromRecord(places: SupervisorPlaces, name: string): ServiceReport {
  const identity = readIdentity(recordFile(places, name));
  const alive = identity !== null && isAlive(identity);
  return {
    name,
    state: alive ? 'running' : 'stopped',
    pid: alive ? identity.pid : null,
    spec: alive ? identity.spec : null,
    since: alive ? statSync(recordFile(places, name)).mtime.toISOString() : null,
    restarts: 0,
    lastEnd: null,
  };
}

async function healthOf(
  spec: ServiceSpec,
  report: ServiceReport,
): Promise<{ health: Health; found: string | null }> {
  if (report.state !== 'running') {
    return { health: 'down', found: report.lastEnd ?? 'it does not run' };
  }
  const found = spec.probe === undefined ? null : await probe(spec.probe);
  return { health: found === null ? 'ok' : 'failing', found };
}

function addressOf(how: Probe | undefined): string | null {
  if (how?.kind === 'tcp' || how?.kind === 'talk') return `${how.host}:${how.port}`;
  return how?.kind === 'http' ? new URL(how.url).origin : null;
}
