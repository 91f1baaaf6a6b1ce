/** What an installation asks of a project: machine types, and quotas. Pure. */
import { machineSize } from '../../../../config/checks/gcp-sizes.ts';
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';

/** Zones of the region that have it, and a machine's virtual processors. */
export interface Offer {
  zones: string[];
  vcpus: number;
}
export interface WantedMachines {
  where: string;
  machineType: string;
  gpu?: { type: string; count: number } | undefined;
  spot: boolean;
  /** At once. */
  most: number;
}
/** `least`: below it nothing works; `most`: what the ceilings may ask for. */
export interface Need {
  metric: string;
  least: number;
  most: number;
}

/** Every machine type that the config names, with where. */
export function wantedMachines(config: GcpConfig | GcpWorkersConfig): WantedMachines[] {
  const plain = (where: string, machineType: string | undefined, most: number) =>
    machineType === undefined ? [] : [{ where, machineType, spot: false, most }];
  return [
    ...('joins' in config
      ? plain('scaler', config.scaler.machineType, 1)
      : [
          ...plain('appHost', config.appHost.machineType, 1),
          ...plain('endpointHosts', config.endpointHosts?.machineType, config.endpointHosts?.count ?? 0),
        ]),
    ...config.environments.map(({ slug, machineType, gpu, spot, ceiling }) => ({
      ...{ where: `environment ${slug}`, machineType, gpu, spot },
      most: ceiling,
    })),
  ];
}

/** Series that are counted together, as `CPUS`. Source: Compute Engine, "Allocation quotas". */
const SHARED = ['n1', 'e2', 'f1', 'g1', 't2d'];
const cpuMetric = (machineType: string): string => {
  const series = machineType.split('-')[0]!;
  return SHARED.includes(series) ? 'CPUS' : `${series.toUpperCase()}_CPUS`;
};
/** `nvidia-tesla-t4` and `nvidia-l4` are counted as `NVIDIA_T4_GPUS` and `NVIDIA_L4_GPUS`. */
const gpuMetric = (type: string): string =>
  `${type
    .replace(/^nvidia-(tesla-)?/, 'nvidia-')
    .toUpperCase()
    .replaceAll('-', '_')}_GPUS`;
/** GPUs that belong to a machine type. */
const OWN_GPUS: Record<string, string> = {
  g2: 'nvidia-l4',
  'a2-highgpu': 'nvidia-tesla-a100',
  'a2-ultragpu': 'nvidia-a100-80gb',
  'a3-highgpu': 'nvidia-h100',
};
const ownGpu = (machineType: string): string | undefined =>
  OWN_GPUS[machineType.split('-')[0]!] ?? OWN_GPUS[machineType.split('-').slice(0, 2).join('-')];
/** Host, endpoint hosts: two NAT addresses are made where a network is. */
const NAT_ADDRESSES = 2;
/** vCPUs of the application host that the profiles take. */
const HOST_VCPUS = 4;

/** What an installation takes of each quota. */
export function needsOf(config: GcpConfig | GcpWorkersConfig, machines: Map<string, Offer>): Need[] {
  const needs = new Map<string, Need>();
  const add = (metric: string, least: number, most: number) => {
    const need = needs.get(metric) ?? { metric, least: 0, most: 0 };
    needs.set(metric, { metric, least: need.least + least, most: need.most + most });
  };
  const { network } = config;
  if (network.kind === 'dedicated' && !network.private) add('STATIC_ADDRESSES', NAT_ADDRESSES, NAT_ADDRESSES);
  if (!('joins' in config) && config.appHost.machineType === undefined)
    add(config.profile === 'prod' ? 'N2_CPUS' : 'CPUS', HOST_VCPUS, HOST_VCPUS);
  for (const { machineType, gpu, spot, most } of wantedMachines(config)) {
    const each = machines.get(machineType)?.vcpus || machineSize(machineType)?.vcpus || 0;
    // Spot machines have quotas of their own, where the project has them.
    if (!spot) add(cpuMetric(machineType), each, each * most);
    add('CPUS_ALL_REGIONS', each, each * most);
    const type = gpu?.type ?? ownGpu(machineType);
    const count = gpu?.count ?? machineSize(machineType)?.gpus ?? 0;
    if (type === undefined || count === 0) continue;
    add(`${spot ? 'PREEMPTIBLE_' : ''}${gpuMetric(type)}`, count, count * most);
    add('GPUS_ALL_REGIONS', count, count * most);
  }
  return [...needs.values()];
}
