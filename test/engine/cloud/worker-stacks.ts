/** What the test of a worker stack needs to know of a cloud: a config as an operator writes it, and where its fake has what. */
import type { FakeCloud, FakeCloudOptions } from '../../fakes/cloud/cloud.ts';
import { aws as awsTarget } from './aws.ts';
import { azure as azureTarget } from './azure.ts';
import { gcp as gcpTarget } from './gcp.ts';

export interface StackTarget {
  name: string;
  cloud: FakeCloudOptions;
  config: { environments: object[] } & Record<string, unknown>;
  /** As the installation is told of it: what proves its machines, and the one group. */
  proof: object;
  group: { group: string } & Record<string, unknown>;
  gpus: number;
  /** All that another ceiling changes, besides the entry. */
  ceiling: string[];
  /** Types of what an installation has, and its workers need not. */
  absent: string[];
  token(cloud: FakeCloud): unknown;
  /** First-boot documents of the machines that it has. */
  documents(cloud: FakeCloud): string[];
  /** Puts there what `existing` names. */
  prepare(cloud: FakeCloud): void;
  /** Of the config, where the network is there already, and where it has no way to the internet. */
  existing: object;
  isPrivate: object;
  /** Rules that let somebody in. */
  entrances(cloud: FakeCloud): object[];
}

const environment = (machineType: string) => ({
  slug: 'gpu-north',
  name: 'One GPU',
  machineType,
  spot: true,
  ceiling: 4,
});

const AMI = 'ami-0aaaaaaaaaaaaaaaa';
const aws: StackTarget = {
  name: 'aws',
  cloud: {},
  config: {
    target: 'aws',
    accountId: '123456789012',
    region: 'eu-north-1',
    environments: [environment('g6.xlarge')],
  },
  proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
  group: { kind: 'aws', region: 'eu-north-1', group: 'cove-north-worker-gpu-north' },
  gpus: 1,
  ceiling: ['update aws:autoscaling/group:Group worker-gpu-north'],
  absent: [
    'aws:rds/instance:Instance',
    'aws:elasticache/replicationGroup:ReplicationGroup',
    'aws:lb/loadBalancer:LoadBalancer',
    'aws:s3/bucket:Bucket',
  ],
  token: (cloud) => cloud.one('aws:secretsmanager/secretVersion:SecretVersion').inputs.secretString,
  documents: (cloud) =>
    cloud
      .all('aws:ec2/launchTemplate:LaunchTemplate')
      .map(({ inputs }) => Buffer.from(String(inputs.userData), 'base64').toString()),
  prepare: awsTarget.prepare,
  existing: {
    region: 'eu-central-1',
    network: {
      kind: 'existing',
      vpcId: 'vpc-0aaaaaaaaaaaaaaaa',
      privateSubnetIds: ['subnet-03333333333333333', 'subnet-04444444444444444'],
    },
  },
  isPrivate: {
    network: { kind: 'dedicated', private: true },
    machineImages: { scaler: AMI, worker: AMI, gpuWorker: AMI },
  },
  entrances: (cloud) =>
    cloud
      .all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule')
      .filter(({ inputs }) => inputs.cidrIpv4 !== undefined),
};

const IMAGE = 'projects/ml-platform-1234/global/images/docker-20251101';
const gcp: StackTarget = {
  name: 'gcp',
  cloud: { region: 'europe-west4', account: 'ml-platform-1234' },
  config: {
    target: 'gcp',
    projectId: 'ml-platform-1234',
    region: 'europe-west4',
    environments: [environment('g2-standard-4')],
  },
  proof: { kind: 'gcp', projectId: 'ml-platform-1234' },
  group: {
    kind: 'gcp',
    projectId: 'ml-platform-1234',
    region: 'europe-west4',
    group: 'cove-north-worker-gpu-north',
    ceiling: 4,
  },
  gpus: 1,
  // The scaler keeps to it, for a group of Google Cloud has none itself.
  ceiling: [
    'create-replacement gcp:compute/instanceTemplate:InstanceTemplate scaler',
    'delete-replaced gcp:compute/instanceTemplate:InstanceTemplate scaler',
    'replace gcp:compute/instanceTemplate:InstanceTemplate scaler',
    'update gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager scaler',
  ],
  absent: [
    'gcp:sql/databaseInstance:DatabaseInstance',
    'gcp:redis/instance:Instance',
    'gcp:compute/globalForwardingRule:GlobalForwardingRule',
    'gcp:storage/bucket:Bucket',
    'gcp:servicenetworking/connection:Connection',
  ],
  token: (cloud) => cloud.one('gcp:secretmanager/secretVersion:SecretVersion').inputs.secretData,
  documents: (cloud) =>
    cloud
      .all('gcp:compute/instanceTemplate:InstanceTemplate')
      .map(({ inputs }) => String((inputs.metadata as Record<string, unknown>)['user-data'])),
  prepare: gcpTarget.prepare,
  existing: {
    network: {
      kind: 'existing',
      networkId: 'projects/ml-platform-1234/global/networks/company',
      subnetIds: {
        scaler: 'projects/ml-platform-1234/regions/europe-west4/subnetworks/app',
        workers: 'projects/ml-platform-1234/regions/europe-west4/subnetworks/workers',
      },
    },
  },
  isPrivate: {
    network: { kind: 'dedicated', private: true },
    machineImages: { scaler: IMAGE, worker: IMAGE, gpuWorker: IMAGE },
  },
  entrances: (cloud) =>
    cloud.all('gcp:compute/firewall:Firewall').filter(({ inputs }) => inputs.direction === 'INGRESS'),
};

const SUBSCRIPTION = '01234567-89ab-cdef-0123-456789abcdef';
const of = (group: string, rest: string) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/${rest}`;
const COMPANY = of('hub', 'Microsoft.Network/virtualNetworks/company');
const GALLERY = of('images', 'Microsoft.Compute/galleries/ours/images/docker/versions/1.0.0');
const azure: StackTarget = {
  name: 'azure',
  cloud: { region: 'westeurope', account: SUBSCRIPTION },
  config: {
    target: 'azure',
    subscriptionId: SUBSCRIPTION,
    tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
    region: 'westeurope',
    environments: [environment('Standard_NC4as_T4_v3')],
  },
  proof: { kind: 'azure', subscriptionId: SUBSCRIPTION, resourceGroup: 'cove-north' },
  group: {
    kind: 'azure',
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'cove-north',
    group: 'cove-north-worker-gpu-north',
  },
  gpus: 1,
  // A scale set has no such number: the installation keeps to it.
  ceiling: [],
  absent: [
    'azure-native:dbforpostgresql:Server',
    'azure-native:redisenterprise:RedisEnterprise',
    'azure-native:network:ApplicationGateway',
    'azure-native:storage:BlobContainer',
    'azure-native:network:PrivateEndpoint',
  ],
  token: (cloud) =>
    (cloud.one('azure-native:keyvault:Secret').inputs.properties as Record<string, unknown>).value,
  documents: (cloud) =>
    cloud.all('azure-native:compute:VirtualMachineScaleSet').map(({ inputs }) => {
      const { osProfile } = inputs.virtualMachineProfile as { osProfile: { customData: string } };
      return Buffer.from(osProfile.customData, 'base64').toString();
    }),
  prepare: azureTarget.prepare,
  existing: {
    network: {
      kind: 'existing',
      networkId: COMPANY,
      subnetIds: {
        scaler: `${COMPANY}/subnets/appHost`,
        endpoints: `${COMPANY}/subnets/endpoints`,
        workers: `${COMPANY}/subnets/workers`,
      },
    },
  },
  isPrivate: {
    network: { kind: 'dedicated', private: true },
    machineImages: { scaler: GALLERY, worker: GALLERY, gpuWorker: GALLERY },
  },
  entrances: (cloud) =>
    cloud
      .all('azure-native:network:NetworkSecurityGroup')
      .flatMap(
        ({ inputs }) =>
          inputs.securityRules as { direction: string; access: string; sourceAddressPrefix: string }[],
      )
      .filter(
        ({ direction, access, sourceAddressPrefix }) =>
          direction === 'Inbound' && access === 'Allow' && !/^10\.20\./.test(sourceAddressPrefix),
      ),
};

export const stackTargets: StackTarget[] = [aws, azure, gcp];
