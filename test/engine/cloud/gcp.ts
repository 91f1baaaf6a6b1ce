/** The scenarios' view of Google Cloud: configs as an operator writes them, and the project that they meet. */
import { addressOf } from '../../../config/addresses.ts';
import { parseConfig, type Shape } from './config.ts';
import type { Target } from './target.ts';

const REGION = 'europe-west4';
const PROJECT = 'ml-platform-1234';
const NETWORK = `projects/${PROJECT}/global/networks/company`;
const subnet = (name: string) => `projects/${PROJECT}/regions/${REGION}/subnetworks/${name}`;
const IMAGE = `projects/${PROJECT}/global/images/docker-20251101`;

const environment = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  machineType: 'n2-standard-4',
  ceiling: 4,
  ...more,
});

const base: Shape = {
  target: 'gcp',
  projectId: PROJECT,
  region: REGION,
  publicName: 'cove.example.com',
  dns: { kind: 'zone', zoneId: `projects/${PROJECT}/managedZones/example-com` },
  administrator: { email: 'admin@example.com' },
  budget: { monthlyUsd: 1500 },
  environments: [environment('small')],
};

const program = (changes: Shape = {}, purge?: string[]) => parseConfig({ ...base, ...changes }, purge);

const existing = {
  kind: 'existing',
  networkId: NETWORK,
  subnetIds: { appHost: subnet('app'), workers: subnet('workers') },
};

export const gcp: Target = {
  name: 'gcp',
  cloud: { region: REGION, account: PROJECT, zoneName: 'example.com' },
  addressOf: (type, inputs) => addressOf(type, inputs, { project: PROJECT, region: REGION }),
  harmlessTwice:
    /^gcp:(secretmanager\/secretVersion|monitoring\/\w+|billing\/budget|compute\/instanceTemplate):/,
  prepare(cloud) {
    cloud.seed('gcp:compute/network:Network', { name: 'company', autoCreateSubnetworks: false }, NETWORK);
    ['app', 'workers'].forEach((name, index) => {
      cloud.seed(
        'gcp:compute/subnetwork:Subnetwork',
        { name, network: NETWORK, region: REGION, ipCidrRange: `10.99.${index}.0/24` },
        subnet(name),
      );
    });
  },
  programs: {
    'one environment': program(),
    'three environments': program({
      environments: [
        environment('small'),
        environment('spot', { spot: true }),
        environment('gpu', {
          machineType: 'n1-standard-4',
          gpu: { type: 'nvidia-tesla-t4' },
          serviceAccount: 'reader',
        }),
      ],
      serviceAccounts: [{ name: 'reader', readBuckets: ['my-data'], roles: ['roles/bigquery.dataViewer'] }],
    }),
    'dev profile': program({ profile: 'dev' }),
    'existing network': program({ network: existing }),
    'private mode': program({
      network: { kind: 'dedicated', private: true },
      access: { internal: true, allowedCidrs: ['10.0.0.0/8'] },
      machineImages: { appHost: IMAGE, worker: IMAGE, gpuWorker: IMAGE },
    }),
  },
  environments: (count) =>
    program({ environments: Array.from({ length: count }, (_, index) => environment(`small-${index}`)) }),
  purging: program({}, ['database', 'storage', 'secrets', 'mounts']),
  changes: [
    {
      what: 'a higher ceiling',
      program: program({ environments: [environment('small', { ceiling: 9 })] }),
      // Read by the host every minute: the host itself stays, and a group has no ceiling of its own.
      expected: [/^\S+ gcp:secretmanager\/secretVersion:SecretVersion environments$/],
    },
    {
      what: 'a larger database',
      program: program({ database: { tier: 'db-custom-4-16384' } }),
      expected: [/^update gcp:sql\/databaseInstance:DatabaseInstance database$/],
    },
  ],
  vanishing: 'gcp:monitoring/alertPolicy:AlertPolicy',
  scarce: 'gcp:compute/address:Address',
};
