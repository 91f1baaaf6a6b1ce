/** What pre-flight asks the project; what it means is decided in `judge.ts`. */
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import type { Google } from './api.ts';
import type { FoundNetwork } from './existing.ts';
import { APIS, FILE_APIS, WORKER_APIS } from './names.ts';
import { lookAtExisting, lookAtOthers } from './networks.ts';
import { PERMISSIONS, WORKER_PERMISSIONS } from './permissions.ts';
import { type Offer, wantedMachines } from './wanted.ts';

export interface Quota {
  metric: string;
  limit: number;
  usage: number;
}
export interface Facts {
  project: { state: string } | null;
  /** Of the project's, those that are needed and not enabled. */
  missingApis: string[];
  /** Permissions that the login has not. */
  denied: string[];
  /** Null: there is no such region. */
  region: { quotas: Quota[]; zones: string[] } | null;
  /** By machine type, and by type of GPU. */
  machines: Map<string, Offer>;
  /** By their names in the config; null: there is none. */
  images: Map<string, { status: string; architecture?: string } | null>;
  /** Of `network.kind: existing`; null: there is none; undefined: it was not asked. */
  existing?: FoundNetwork | null;
  /** Other networks of the project, with their addresses. */
  others: { id: string; cidr: string }[];
  /** Null: there is no such zone; undefined: it was not asked. */
  zone?: { dnsName: string; visibility?: string } | null;
}

const COMPUTE = 'compute/compute/v1';
const nothing = { denied: [], region: null, machines: new Map(), images: new Map(), others: [] };

export async function lookAt(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  google: Google,
): Promise<Facts> {
  const { projectId, network } = config;
  const dns = 'dns' in config ? config.dns : undefined;
  const project = await google.get<Facts['project'] & object>(
    `cloudresourcemanager/v3/projects/${projectId}`,
  );
  if (project === null) return { project, missingApis: [], ...nothing };
  const missingApis = await lookAtApis(config, google);
  // An API that is not enabled answers nothing.
  if (missingApis.length > 0) return { project, missingApis, ...nothing };
  const region = await lookAtRegion(config, google);
  const [denied, machines, images, existing, others, zone] = await Promise.all([
    lookAtPermissions(config, google),
    lookAtMachines(config, region?.zones ?? [], google),
    lookAtImages(config, google),
    network.kind === 'existing' ? lookAtExisting(name, config, network, google) : undefined,
    network.kind === 'dedicated' ? lookAtOthers(name, config, google) : [],
    dns?.kind === 'zone' ? google.get<Facts['zone'] & object>(`dns/dns/v1/${dns.zoneId}`) : undefined,
  ]);
  return {
    ...{ project, missingApis, denied, region, machines, images, others },
    ...(existing === undefined ? {} : { existing }),
    ...(zone === undefined ? {} : { zone }),
  };
}

async function lookAtApis(config: GcpConfig | GcpWorkersConfig, google: Google): Promise<string[]> {
  const { projectId, mounts } = config;
  const least = 'joins' in config ? WORKER_APIS : APIS.filter((name) => name !== 'file.googleapis.com');
  const names = [...new Set([...least, ...(mounts.length > 0 ? FILE_APIS : [])])].sort();
  const query = names.map((name) => `names=projects/${projectId}/services/${name}`).join('&');
  const found = await google.get<{ services?: { name: string; state: string }[] }>(
    `serviceusage/v1/projects/${projectId}/services:batchGet?${query}`,
  );
  const enabled = new Set(
    (found?.services ?? [])
      .filter(({ state }) => state === 'ENABLED')
      .map(({ name }) => name.split('/').at(-1)),
  );
  return names.filter((name) => !enabled.has(name));
}

/** Quotas of the whole project count as well, and are named apart. */
async function lookAtRegion(
  { projectId, region }: GcpConfig | GcpWorkersConfig,
  google: Google,
): Promise<Facts['region']> {
  const [found, project] = await Promise.all([
    google.get<{ quotas?: Quota[]; zones?: string[] }>(`${COMPUTE}/projects/${projectId}/regions/${region}`),
    google.get<{ quotas?: Quota[] }>(`${COMPUTE}/projects/${projectId}`),
  ]);
  if (found === null) return null;
  return {
    quotas: [...(found.quotas ?? []), ...(project?.quotas ?? [])],
    zones: (found.zones ?? []).map((link) => link.split('/').at(-1)!),
  };
}

async function lookAtPermissions(config: GcpConfig | GcpWorkersConfig, google: Google): Promise<string[]> {
  const wanted: readonly string[] = 'joins' in config ? WORKER_PERMISSIONS : PERMISSIONS;
  const answer = await google.post<{ permissions?: string[] }>(
    `cloudresourcemanager/v3/projects/${config.projectId}:testIamPermissions`,
    { permissions: wanted },
  );
  const allowed = new Set(answer?.permissions ?? []);
  return wanted.filter((one) => !allowed.has(one));
}

async function lookAtMachines(
  config: GcpConfig | GcpWorkersConfig,
  zones: string[],
  google: Google,
): Promise<Map<string, Offer>> {
  const wanted = wantedMachines(config);
  const ask = async (kind: 'machineTypes' | 'acceleratorTypes', type: string): Promise<[string, Offer]> => {
    const offers = await Promise.all(
      zones.map(async (zone) => ({
        zone,
        found: await google.get<{ guestCpus?: number }>(
          `${COMPUTE}/projects/${config.projectId}/zones/${zone}/${kind}/${type}`,
        ),
      })),
    );
    const there = offers.filter(({ found }) => found !== null);
    return [type, { zones: there.map(({ zone }) => zone), vcpus: there[0]?.found?.guestCpus ?? 0 }];
  };
  const types = new Set(wanted.map(({ machineType }) => machineType));
  const gpus = new Set(wanted.flatMap(({ gpu }) => gpu?.type ?? []));
  return new Map(
    await Promise.all([
      ...[...types].map((type) => ask('machineTypes', type)),
      ...[...gpus].map((type) => ask('acceleratorTypes', type)),
    ]),
  );
}

async function lookAtImages(
  { machineImages }: GcpConfig | GcpWorkersConfig,
  google: Google,
): Promise<Facts['images']> {
  const names = new Set(Object.values(machineImages).flatMap((image) => image ?? []));
  return new Map(
    await Promise.all(
      [...names].map(
        async (name) =>
          [name, await google.get<{ status: string; architecture?: string }>(`${COMPUTE}/${name}`)] as const,
      ),
    ),
  );
}
