/** What the facts of a subscription mean for a config. Pure; `facts.ts` gathers them. */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { ACTIONS, DATA_ACTIONS, WORKER_ACTIONS } from './permissions.ts';
import { judgeDatabase, judgeMachines, judgeQuotas, type SizeFacts } from './sizes.ts';

export interface Rights {
  actions: string[];
  notActions: string[];
  dataActions?: string[];
  notDataActions?: string[];
}
/** A machine image of the operator, as its gallery tells of it. */
export interface FoundImage {
  use: string;
  id: string;
  /** Where it is copied to, as Azure writes regions; null: there is no such version. */
  regions: string[] | null;
  architecture?: string;
  generation?: string;
  /** `SecurityType` of the image definition. */
  security?: string;
}
export interface Facts extends SizeFacts {
  /** Resource providers that are needed and not registered. */
  unregistered: string[];
  features: { namespace: string; name: string; state: string }[];
  /** What the login may do. */
  rights: Rights[];
  /** Name of the zone; null: there is none. Left out: none is asked for. */
  zone?: string | null;
  images: FoundImage[];
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

/** Those of a stack of workers. */
export const WORKER_NAMESPACES = NAMESPACES.filter((name) => !/(Cache|DBforPostgreSQL)$/.test(name));

/** What a subscription must have been let do. */
export const FEATURES = (config: Pick<AzureConfig, 'access'> | AzureWorkersConfig) => [
  { namespace: 'Microsoft.Compute', name: 'EncryptionAtHost' },
  ...('access' in config && config.access.internal
    ? [{ namespace: 'Microsoft.Network', name: 'EnableApplicationGatewayNetworkIsolation' }]
    : []),
];

export function judge(config: AzureConfig | AzureWorkersConfig, facts: Facts): Finding[] {
  return [
    ...judgeProviders(facts),
    ...judgeFeatures(facts),
    ...judgeRights(config, facts),
    ...judgeMachines(config, facts),
    ...judgeQuotas(config, facts),
    ...('joins' in config ? [] : judgeDatabase(config, facts)),
    ...judgeImages(config, facts),
    ...('joins' in config ? [] : judgeZone(config, facts)),
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

/** A right counts where one of its roles gives it and does not take it back itself. */
const may = (rights: Rights[], action: string, kind: 'actions' | 'dataActions'): boolean =>
  rights.some((right) => {
    const taken = kind === 'actions' ? right.notActions : (right.notDataActions ?? []);
    return (
      (right[kind] ?? []).some((pattern) => matches(pattern, action)) &&
      !taken.some((pattern) => matches(pattern, action))
    );
  });

export function judgeRights(
  config: AzureConfig | AzureWorkersConfig,
  { rights }: Pick<Facts, 'rights'>,
): Finding[] {
  const { subscriptionId, given } = config;
  const isGiven = given.resourceGroup !== undefined;
  const wanted: readonly string[] = 'joins' in config ? WORKER_ACTIONS : ACTIONS;
  const denied = wanted.filter(
    (action) => !(isGiven && action.includes('/resourceGroups/')) && !may(rights, action, 'actions'),
  );
  // Of a stack of workers nobody reads the secret.
  const unread = ('joins' in config ? [] : DATA_ACTIONS).filter(
    (action) => !may(rights, action, 'dataActions'),
  );
  const scope = `/subscriptions/${subscriptionId}${isGiven ? `/resourceGroups/${given.resourceGroup}` : ''}`;
  const problems = [
    ...(denied.length === 0
      ? []
      : [
          fail(
            'permissions',
            `this login may not ${denied.join(', ')}`,
            'all that an installation is made with',
            `Let an administrator give you the role of docs/azure-permissions.json on ${scope}, or Owner.`,
          ),
        ]),
    ...(unread.length === 0
      ? []
      : [
          fail(
            'permissions',
            'this login may not read secrets, which Owner does not say either',
            'leave to read the first credential, with which `up` proves what it made',
            `\`az role assignment create --role "Key Vault Secrets User" --assignee YOU --scope ${scope}\`, or the role of docs/azure-permissions.json.`,
          ),
        ]),
  ];
  return problems.length > 0 ? problems : [ok('permissions', 'every action that was looked up is allowed')];
}

/** Azure writes `West Europe` and `westeurope` for the same. */
const plain = (region: string) => region.toLowerCase().replaceAll(' ', '');

export const judgeImages = (
  { region }: Pick<AzureConfig, 'region'>,
  { images }: Pick<Facts, 'images'>,
): Finding[] =>
  images.map(({ use, id, regions, architecture = 'x64', generation = 'V2', security = '' }) => {
    const name = id.split('/').slice(-3).join('/');
    const bad = (found: string, needed: string, todo: string) => fail('image', found, needed, todo);
    if (regions === null)
      return bad(
        `${id} is not there, or this login does not see it`,
        `a machine image for ${use}`,
        `Correct machineImages.${use}, or share the gallery with this subscription.`,
      );
    if (!regions.some((one) => plain(one) === plain(region)))
      return bad(
        `${name} (${use}) is in ${regions.join(', ')}`,
        `a copy in ${region}`,
        `\`az sig image-version update --add publishingProfile.targetRegions name=${region} …\``,
      );
    if (architecture !== 'x64')
      return bad(`${name} (${use}) is for ${architecture}`, 'x64', `Correct machineImages.${use}.`);
    if (generation !== 'V2' || !security.startsWith('TrustedLaunch'))
      return bad(
        `${name} (${use}) cannot be started trusted: generation ${generation}, security type ${security || 'Standard'}`,
        'an image definition of generation V2 with SecurityType TrustedLaunchSupported',
        'Make one: `az sig image-definition create --hyper-v-generation V2 --features SecurityType=TrustedLaunchSupported …`',
      );
    return ok('image', `${name} (${use}) is there`);
  });

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
