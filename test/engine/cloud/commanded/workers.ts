/** Clouds as the test of a stack of workers by the command line asks for them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import { awsMachines } from '../../../../app/platform/machines/aws.ts';
import { googleIdentity } from '../../../fakes/google/identity.ts';
import { attestedSigner, identitySigner } from '../../../support/identity-document.ts';
import type { Beside, Commanded } from '../command.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { gcp } from './gcp.ts';

/** What signs who a machine is. */
export interface Signer {
  /** What the installation is told of it besides. */
  trust: Record<string, unknown>;
  /** As a machine of the stack says it to the installation at that address. */
  proof(id: string, url: string): Promise<object>;
  close(): void;
}

export interface CommandedWorkers {
  cloud: Commanded;
  /** What `init` is told of the place. */
  init: string[];
  state: string;
  region: string;
  logGroup: string;
  /** Beginning of a host that its machines reach. */
  egress: string;
  /** Types: one that goes with the stack, and one that encrypts data and stays. */
  types: { gone: string; kept: string };
  signer(): Promise<Signer>;
  /** Makes the group in the cloud's own service, where that is another one than the fake cloud. */
  makeGroup?(beside: Beside): Promise<void>;
  /** Ids of the group's machines. */
  machines(beside: Beside): Promise<string[]>;
}

const GROUP = 'cove-life-worker-small';
const place = (cloud: Commanded) => cloud.init.slice(1).filter((one) => !/^--(public|zone|email)/.test(one));
const ofFake = async ({ machines }: Beside) => (await machines?.()) ?? [];

const awsRegion = 'eu-north-1';
const awsWorkers: CommandedWorkers = {
  cloud: aws,
  init: ['aws', ...place(aws)],
  state: 's3://cove-life-state-',
  region: awsRegion,
  logGroup: '/cove/life/platform',
  egress: 's3.eu-north-1.amazonaws.com',
  types: { gone: 'aws:ec2/launchTemplate:LaunchTemplate', kept: 'aws:kms/key:Key' },
  async signer() {
    const { certificateFile, sign, close } = identitySigner();
    return {
      trust: { certificateFile },
      async proof(instanceId) {
        const pendingTime = new Date().toISOString();
        const document = { accountId: '123456789012', region: awsRegion, instanceId, pendingTime };
        return { kind: 'aws', pkcs7: sign(document) };
      },
      close,
    };
  },
  async makeGroup({ env }) {
    const client = new AutoScalingClient({ region: awsRegion, endpoint: env.AWS_ENDPOINT_URL! });
    const launch = { LaunchConfigurationName: GROUP, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
    await client.send(new CreateLaunchConfigurationCommand(launch));
    const sizes = { MinSize: 0, MaxSize: 10, DesiredCapacity: 0, AvailabilityZones: [`${awsRegion}a`] };
    const named = { AutoScalingGroupName: GROUP, LaunchConfigurationName: GROUP };
    await client.send(new CreateAutoScalingGroupCommand({ ...named, ...sizes }));
    client.destroy();
  },
  async machines({ env }) {
    const group = awsMachines({ region: awsRegion, group: GROUP }, env.AWS_ENDPOINT_URL);
    const { machines } = await group.look().finally(() => group.close());
    return machines.map(({ id }) => id);
  },
};

const gcpWorkers: CommandedWorkers = {
  cloud: gcp,
  init: ['gcp', ...place(gcp)],
  state: 'gs://cove-life-state-',
  region: 'europe-west4',
  logGroup: 'cove-life-platform',
  egress: 'compute.googleapis.com',
  types: { gone: 'gcp:compute/instanceTemplate:InstanceTemplate', kept: 'gcp:kms/cryptoKey:CryptoKey' },
  async signer() {
    const identity = await googleIdentity();
    const server = createServer(async (request, response) => {
      const asked = { method: 'GET', path: request.url ?? '', query: new URLSearchParams(), body: null };
      response.end(JSON.stringify(await identity.keys({ ...asked, as: undefined })));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      trust: { keysUrl: `http://127.0.0.1:${port}/oauth2/v3/certs` },
      async proof(instanceId, audience) {
        const machine = { audience, projectId: 'ml-platform-1234', instanceId, since: new Date() };
        return { kind: 'gcp', token: await identity.token(machine) };
      },
      close: () => void server.close(),
    };
  },
  machines: ofFake,
};

/** `MM/DD/YY HH:MM:SS -0000` */
const azureTime = (date: Date) => {
  const [, year, month, day, time] = /^20(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(date.toISOString()) ?? [];
  return `${month}/${day}/${year} ${time} -00:00`;
};
const azureWorkers: CommandedWorkers = {
  cloud: azure,
  init: ['azure', ...place(azure)],
  state: 'azblob://state in ',
  region: 'westeurope',
  logGroup: 'cove-life-logs',
  egress: 'management.azure.com',
  types: {
    gone: 'azure-native:compute:VirtualMachineScaleSet',
    kept: 'azure-native:keyvault:Vault',
  },
  async signer() {
    const { certificateFile, sign, close } = attestedSigner();
    return {
      trust: { authorityFiles: [certificateFile] },
      async proof(vmId) {
        const at = Date.now();
        const timeStamp = {
          createdOn: azureTime(new Date(at - 1000)),
          expiresOn: azureTime(new Date(at + 3_600_000)),
        };
        const subscriptionId = '01234567-89ab-cdef-0123-456789abcdef';
        return { kind: 'azure', pkcs7: sign({ vmId, subscriptionId, timeStamp }) };
      },
      close,
    };
  },
  machines: ofFake,
};

export const commandedWorkers = { aws: awsWorkers, gcp: gcpWorkers, azure: azureWorkers };
