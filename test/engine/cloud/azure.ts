/** The scenarios' view of Azure: configs as an operator writes them, and the subscription that they meet. */
import { addressOf } from '../../../config/addresses.ts';
import { parseConfig, type Shape } from './config.ts';
import type { Target } from './target.ts';

const REGION = 'westeurope';
const SUBSCRIPTION = '01234567-89ab-cdef-0123-456789abcdef';
const of = (group: string, rest: string) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/${rest}`;
const NETWORK = of('hub', 'Microsoft.Network/virtualNetworks/company');
const SUBNETS = ['ingress', 'appHost', 'database', 'endpoints', 'workers'] as const;
const IMAGE = of('images', 'Microsoft.Compute/galleries/ours/images/docker/versions/1.0.0');

const environment = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  machineType: 'Standard_D2s_v5',
  ceiling: 4,
  ...more,
});

const base: Shape = {
  target: 'azure',
  subscriptionId: SUBSCRIPTION,
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: REGION,
  publicName: 'cove.example.com',
  dns: { kind: 'zone', zoneId: of('dns', 'Microsoft.Network/dnszones/example.com') },
  administrator: { email: 'admin@example.com' },
  budget: { monthlyUsd: 1500 },
  environments: [environment('small')],
};

const program = (changes: Shape = {}, purge?: string[]) => parseConfig({ ...base, ...changes }, purge);

export const azure: Target = {
  name: 'azure',
  cloud: { region: REGION, account: SUBSCRIPTION, zoneName: 'example.com' },
  addressOf: (type, inputs) => addressOf(type, inputs, { subscription: SUBSCRIPTION }),
  // The authority forgets an order that nobody took up; the certificate in use is the later one.
  harmlessTwice: /^cove:acme:Order /,
  prepare(cloud) {
    const place = { resourceGroupName: 'hub', virtualNetworkName: 'company' };
    cloud.seed(
      'azure-native:network:VirtualNetwork',
      { ...place, addressSpace: { addressPrefixes: ['10.99.0.0/16'] } },
      NETWORK,
    );
    SUBNETS.forEach((subnetName, index) => {
      cloud.seed(
        'azure-native:network:Subnet',
        { ...place, subnetName, addressPrefix: `10.99.${index}.0/24` },
        `${NETWORK}/subnets/${subnetName}`,
      );
    });
  },
  programs: {
    'one environment': program(),
    'three environments': program({
      environments: [
        environment('small'),
        environment('spot', { spot: true }),
        environment('gpu', { machineType: 'Standard_NC4as_T4_v3', serviceAccount: 'reader' }),
      ],
      serviceAccounts: [
        {
          name: 'reader',
          readContainers: [
            of('data', 'Microsoft.Storage/storageAccounts/mydata/blobServices/default/containers/raw'),
          ],
        },
      ],
    }),
    'dev profile': program({ profile: 'dev' }),
    'existing network': program({
      network: {
        kind: 'existing',
        networkId: NETWORK,
        subnetIds: Object.fromEntries(SUBNETS.map((name) => [name, `${NETWORK}/subnets/${name}`])),
      },
    }),
    'private mode': program({
      network: { kind: 'dedicated', private: true },
      access: { internal: true, allowedCidrs: ['10.0.0.0/8'] },
      certificate: {
        kind: 'given',
        secretId: 'https://company.vault.azure.net/secrets/cove',
        keyVaultId: of('keys', 'Microsoft.KeyVault/vaults/company'),
      },
      machineImages: { appHost: IMAGE, worker: IMAGE, gpuWorker: IMAGE },
    }),
  },
  environments: (count) =>
    program({ environments: Array.from({ length: count }, (_, index) => environment(`small-${index}`)) }),
  purging: program({}, ['database', 'queue', 'storage', 'secrets', 'vault', 'mounts', 'ingress', 'identity']),
  changes: [
    {
      what: 'a higher ceiling',
      program: program({ environments: [environment('small', { ceiling: 9 })] }),
      expected: [
        // Read by the host every minute: the host itself stays.
        /^update azure-native:keyvault:Secret environments$/,
      ],
    },
    {
      what: 'a larger database',
      program: program({ database: { sku: 'Standard_D4ds_v5' } }),
      expected: [/^update azure-native:dbforpostgresql:Server database$/],
    },
  ],
  vanishing: 'azure-native:monitor:MetricAlert',
  scarce: 'azure-native:network:PublicIPAddress',
};
