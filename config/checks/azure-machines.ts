/** Region and sizes of an Azure installation, as far as names tell. Pure. */
import type { AzureConfig } from '../azure.ts';
import { machineSize, redisGib } from './azure-sizes.ts';
import type { Complain } from './complain.ts';
import { APP_HOST, checkDisks, checkSize, SERVICE, unknownRegion } from './sizes.ts';

/**
 * Regions that a subscription may have, by their short names; of the public cloud, with those that Azure opened until
 * autumn 2026. Source: Azure, "List of Azure regions".
 */
const REGIONS = (
  'australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth canadacentral canadaeast ' +
  'centralindia centralus chilecentral denmarkeast eastasia eastus eastus2 francecentral germanynorth germanywestcentral ' +
  'indonesiacentral israelcentral italynorth japaneast japanwest koreacentral koreasouth malaysiawest mexicocentral ' +
  'newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral qatarcentral southafricanorth ' +
  'southafricawest southcentralus southeastasia southindia spaincentral swedencentral switzerlandnorth switzerlandwest ' +
  'uaecentral uaenorth uksouth ukwest westcentralus westeurope westindia westus westus2 westus3'
).split(' ');
/** Those of them without availability zones. */
const WITHOUT_ZONES = (
  'australiacentral australiasoutheast canadaeast germanynorth japanwest koreasouth northcentralus norwaywest ' +
  'southafricawest southindia switzerlandwest uaecentral ukwest westcentralus westindia westus'
).split(' ');

/** Of the disk that a system starts from. */
const MOST_DISK_GB = 4095;

/** Of machines that any stack has: `hosts` are those beside the workers. */
export function checkAzureTypes(
  {
    region,
    environments,
    profile,
    network,
  }: Pick<AzureConfig, 'region' | 'environments' | 'profile'> & {
    network: { zones?: number | undefined };
  },
  hosts: Record<string, { machineType?: string | undefined } | undefined>,
  complain: Complain,
): void {
  if (
    !unknownRegion(region, REGIONS, complain) &&
    WITHOUT_ZONES.includes(region) &&
    (network.zones ?? (profile === 'prod' ? 3 : 1)) > 1
  ) {
    complain(['region'], `is "${region}", which has no availability zones: say network.zones: 1`);
  }
  const available = (path: (string | number)[], type: string | undefined) => {
    if (type !== undefined && machineSize(type)?.arm)
      complain(
        path,
        `is "${type}", which has Arm processors; the platform’s images are for x86-64. Take the like with Intel or AMD, such as Standard_D4s_v5`,
      );
  };
  for (const [key, host] of Object.entries(hosts)) available([key, 'machineType'], host?.machineType);
  environments.forEach(({ machineType, diskGb }, at) => {
    available(['environments', at, 'machineType'], machineType);
    if (diskGb > MOST_DISK_GB)
      complain(
        ['environments', at, 'diskGb'],
        `is ${diskGb}; disks of a system have ${MOST_DISK_GB} GiB at most`,
      );
  });
}

export function checkAzureMachines(config: AzureConfig, complain: Complain): void {
  const { appHost, database, queue, endpointHosts, profile } = config;
  checkAzureTypes(config, { appHost, endpointHosts }, complain);
  if (profile === 'dev') return;
  checkSize(['appHost', 'machineType'], appHost.machineType, machineSize, APP_HOST, complain);
  checkSize(['database', 'sku'], database.sku, machineSize, SERVICE, complain);
  const gib = queue.sku === undefined ? undefined : redisGib(queue.sku);
  if (gib !== undefined && gib < SERVICE.gib)
    complain(
      ['queue', 'sku'],
      `is "${queue.sku}", which has ${gib} GiB; in prod at least ${SERVICE.gib} GiB (profile: dev has no minimum)`,
    );
  checkDisks(config, complain);
}
