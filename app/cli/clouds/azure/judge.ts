/** What the facts of a subscription mean for a config. Pure; `facts.ts` gathers them. */
import type { AzureConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';

export interface Sku {
  /** As quotas name it, in small letters. */
  family: string;
  vcpus: number;
  /** The subscription may not have it in this region. */
  isRefused: boolean;
}
export interface Facts {
  /** Resource providers that are needed and not registered. */
  unregistered: string[];
  features: { namespace: string; name: string; state: string }[];
  /** Sizes of the region, by name. */
  machines: Map<string, Sku>;
  /** Quotas by name, in small letters: `cores`, `lowprioritycores`, a family's. */
  usages: Map<string, { used: number; limit: number }>;
  /** What the login may do. */
  rights: { actions: string[]; notActions: string[] }[];
  /** Name of the zone; null: there is none. Left out: none is asked for. */
  zone?: string | null;
  images: { use: string; id: string; there: boolean }[];
}

export const NAMESPACES = [
  'Microsoft.Cache',
  'Microsoft.Compute',
  'Microsoft.ContainerRegistry',
  'Microsoft.DBforPostgreSQL',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
];

/** What a subscription must have been let do. */
export const FEATURES = ({ access }: Pick<AzureConfig, 'access'>) => [
  { namespace: 'Microsoft.Compute', name: 'EncryptionAtHost' },
  ...(access.internal
    ? [{ namespace: 'Microsoft.Network', name: 'EnableApplicationGatewayNetworkIsolation' }]
    : []),
];

/** One action for each kind of right that an installation needs. */
const ACTIONS = [
  'Microsoft.Resources/subscriptions/resourceGroups/write',
  'Microsoft.Compute/virtualMachineScaleSets/write',
  'Microsoft.Network/virtualNetworks/write',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/locks/write',
];

export function judge(config: AzureConfig, facts: Facts): Finding[] {
  return [
    ...judgeProviders(facts),
    ...judgeFeatures(facts),
    ...judgeRights(config, facts),
    ...judgeMachines(config, facts),
    ...judgeQuotas(config, facts),
    ...judgeImages(facts),
    ...judgeZone(config, facts),
  ];
}

export const judgeProviders = ({ unregistered }: Pick<Facts, 'unregistered'>): Finding[] =>
  unregistered.length === 0
    ? [ok('services', 'every resource provider is registered')]
    : unregistered.map((namespace) =>
        fail(
          'services',
          `${namespace} is not registered`,
          'a subscription that may use it',
          `\`az provider register --namespace ${namespace} --wait\``,
        ),
      );

export const judgeFeatures = ({ features }: Pick<Facts, 'features'>): Finding[] =>
  features.map(({ namespace, name, state }) =>
    state === 'Registered'
      ? ok('features', `${name} is on`)
      : fail(
          'features',
          `${name} is ${state}`,
          'a subscription with that feature',
          `\`az feature register --namespace ${namespace} --name ${name}\`, wait some minutes, then \`az provider register --namespace ${namespace}\`.`,
        ),
  );

const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action);

export function judgeRights(config: AzureConfig, { rights }: Pick<Facts, 'rights'>): Finding[] {
  const may = (action: string) =>
    rights.some(
      ({ actions, notActions }) =>
        actions.some((pattern) => matches(pattern, action)) &&
        !notActions.some((pattern) => matches(pattern, action)),
    );
  const given = config.given.resourceGroup !== undefined;
  const denied = ACTIONS.filter((action) => !(given && action.includes('/resourceGroups/')) && !may(action));
  if (denied.length === 0) return [ok('permissions', 'every action that was looked up is allowed')];
  return [
    fail(
      'permissions',
      `this login may not ${denied.join(', ')}`,
      'the roles Contributor and Role Based Access Control Administrator, and leave to define roles and locks',
      'Let an administrator give you Owner of the subscription, or of a resource group that you name in given.resourceGroup.',
    ),
  ];
}

/** Every size that the config names, with where, and how many machines of it there may be. */
function wanted({ appHost, endpointHosts, environments, profile }: AzureConfig) {
  const host = appHost.machineType ?? (profile === 'prod' ? 'Standard_D4s_v5' : 'Standard_D2s_v5');
  return [
    // Two while one replaces the other.
    { where: 'appHost', machineType: host, least: 1, most: 2, spot: false },
    ...(endpointHosts === undefined
      ? []
      : [
          {
            where: 'endpointHosts',
            machineType: endpointHosts.machineType,
            least: endpointHosts.count,
            most: endpointHosts.count,
            spot: false,
          },
        ]),
    ...environments.map(({ slug, machineType, ceiling, spot }) => ({
      where: `environment ${slug}`,
      machineType,
      least: 1,
      most: ceiling,
      spot,
    })),
  ];
}

export function judgeMachines(config: AzureConfig, { machines }: Pick<Facts, 'machines'>): Finding[] {
  const lacking = wanted(config).filter(({ machineType }) => machines.get(machineType)?.isRefused ?? true);
  if (lacking.length === 0) return [ok('machines', `${config.region} has every size`)];
  return lacking.map(({ where, machineType }) =>
    fail(
      'machines',
      machines.has(machineType)
        ? `this subscription may not have ${machineType} in ${config.region}`
        : `${config.region} has no ${machineType}`,
      `a size of that region for ${where}`,
      `Choose another machineType, or another region. \`az vm list-skus --location ${config.region} --resource-type virtualMachines\` lists what there is.`,
    ),
  );
}

/** Quotas are vCPUs: of each family, of all together, and of all spot machines. */
export function judgeQuotas(
  config: AzureConfig,
  { machines, usages }: Pick<Facts, 'machines' | 'usages'>,
): Finding[] {
  const needs = new Map<string, { least: number; most: number }>();
  const add = (quota: string, least: number, most: number) => {
    const need = needs.get(quota) ?? { least: 0, most: 0 };
    needs.set(quota, { least: need.least + least, most: need.most + most });
  };
  for (const { machineType, least, most, spot } of wanted(config)) {
    const { vcpus, family } = machines.get(machineType) ?? { vcpus: 0, family: '' };
    for (const quota of spot ? ['lowprioritycores'] : ['cores', family])
      if (quota !== '') add(quota, vcpus * least, vcpus * most);
  }
  return [...needs].flatMap(([quota, { least, most }]) => {
    const usage = usages.get(quota);
    if (usage === undefined) return [];
    const free = usage.limit - usage.used;
    const found = `${quota}: ${free} of ${usage.limit} vCPUs free in ${config.region}`;
    const todo = `Ask for ${usage.used + most} in the portal under "Quotas", or lower the ceilings.`;
    if (free < least) return [fail('quota', found, `at least ${least}`, todo)];
    if (free < most) return [warn('quota', found, `${most} for all machines below the ceilings`, todo)];
    return [ok('quota', found)];
  });
}

export const judgeImages = ({ images }: Pick<Facts, 'images'>): Finding[] =>
  images.map(({ use, id, there }) =>
    there
      ? ok('image', `${id.split('/').slice(-3).join('/')} (${use}) is there`)
      : fail(
          'image',
          `${id} is not there, or this login does not see it`,
          `a machine image for ${use}`,
          `Correct machineImages.${use}, or share the gallery with this subscription.`,
        ),
  );

export function judgeZone({ dns, publicName }: AzureConfig, { zone }: Pick<Facts, 'zone'>): Finding[] {
  if (dns.kind === 'elsewhere' || zone === undefined) return [];
  if (zone === null)
    return [
      fail(
        'zone',
        `${dns.zoneId} is not there, or this login does not see it`,
        'a public DNS zone of Azure',
        'Correct dns.zoneId (`az network dns zone list`); where the zone is elsewhere, use dns.kind: elsewhere.',
      ),
    ];
  if (publicName === zone || publicName.endsWith(`.${zone}`)) return [ok('zone', `${zone} is there`)];
  return [
    fail(
      'zone',
      `${dns.zoneId} is ${zone}`,
      `the zone of ${publicName}`,
      'Correct dns.zoneId or publicName.',
    ),
  ];
}
