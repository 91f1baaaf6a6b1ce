/** Region and sizes of a Google Cloud installation, as far as names tell. Pure. */
import type { GcpConfig } from '../gcp.ts';
import type { Complain } from './complain.ts';
import { machineSize, tierSize } from './gcp-sizes.ts';
import { APP_HOST, checkDisks, checkSize, SERVICE, unknownRegion } from './sizes.ts';

/** Regions open to all, as of autumn 2026. Source: Google Cloud, "Regions and zones". */
const REGIONS = (
  'africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 ' +
  'asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-north2 ' +
  'europe-southwest1 europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 ' +
  'europe-west10 europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2 ' +
  'northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 ' +
  'us-west2 us-west3 us-west4'
).split(' ');

/** Of machines that any stack has: `hosts` are those beside the workers. */
export function checkGcpTypes(
  { region, environments }: Pick<GcpConfig, 'region' | 'environments'>,
  hosts: Record<string, { machineType?: string | undefined } | undefined>,
  complain: Complain,
): void {
  unknownRegion(region, REGIONS, complain);
  const available = (path: (string | number)[], type: string | undefined) => {
    if (type !== undefined && machineSize(type)?.arm)
      complain(
        path,
        `is "${type}", which has Arm processors; the platform’s images are for x86-64. Take the like with Intel or AMD, such as n2-standard-4`,
      );
  };
  for (const [key, host] of Object.entries(hosts)) available([key, 'machineType'], host?.machineType);
  environments.forEach(({ machineType, gpu }, at) => {
    available(['environments', at, 'machineType'], machineType);
    if (gpu !== undefined && !machineType.startsWith('n1-'))
      complain(
        ['environments', at, 'gpu'],
        `is added to ${machineType}; only N1 machines take GPUs, others have them by type, such as g2-standard-4`,
      );
  });
}

export function checkGcpMachines(config: GcpConfig, complain: Complain): void {
  const { appHost, database, queue, endpointHosts, profile } = config;
  checkGcpTypes(config, { appHost, endpointHosts }, complain);
  if (profile === 'dev') return;
  checkSize(['appHost', 'machineType'], appHost.machineType, machineSize, APP_HOST, complain);
  checkSize(['database', 'tier'], database.tier, tierSize, SERVICE, complain);
  if (queue.memoryGb !== undefined && queue.memoryGb < SERVICE.gib)
    complain(
      ['queue', 'memoryGb'],
      `is ${queue.memoryGb}; in prod at least ${SERVICE.gib} (profile: dev has no minimum)`,
    );
  checkDisks(config, complain);
}
