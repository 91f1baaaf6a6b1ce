/** Azure for machines that boot: its services under their real names, and what the stack would have made there. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { keyVaults } from '../../fakes/azure/key-vault.ts';
import { metadataServer } from '../../fakes/azure/metadata.ts';
import { azureRegistry } from '../../fakes/azure/registry.ts';
import { Refused, type Service, startAzure } from '../../fakes/azure/server.ts';
import { environmentsArgs } from '../boot.ts';
import { attestedSigner } from '../identity-document.ts';
import { ADMIN_PASSWORD, startRedis } from '../redis-server.ts';
import { PASSWORD, USERNAME } from '../registry-server.ts';
import { startBlobs } from '../stores.ts';
import { type Cloud, here } from './cloud.ts';

const SUBSCRIPTION = '01234567-89ab-cdef-0123-456789abcdef';
const GROUP = 'cove-prod-worker-cpu';
const REGISTRY = 'coveprod0123abcd.azurecr.io';
const ACCOUNT = 'coveprod0123abcd';
const VAULT = 'cove-prod-0123abcd';
const QUEUE = 'cove-prod.westeurope.redis.azure.net';
const QUEUE_PORT = 10_000;
const HOST = { oid: randomUUID(), clientId: randomUUID() };
const VM_ID = randomUUID();
const entryOf = (secret: string) => `${VAULT}/${secret}`;

export const azure: Cloud = {
  zones: ['.azure.com', '.azure.net', '.azurecr.io', '.windows.net'],
  names: ['management.azure.com', '*.vault.azure.net', '*.azurecr.io', '*.blob.core.windows.net', QUEUE],
  registry: REGISTRY,
  database: 'cove-prod.postgres.database.azure.com',
  userData: (document) => Buffer.from(document),
  async start({ folder, network, certificates, started }) {
    const buckets = { platformBucket: 'platform', dataBucket: 'data' };
    const [redis, blobs, signer] = await Promise.all([
      started(startRedis(folder, 'default'), (it) => it.stop()),
      started(startBlobs(ACCOUNT, Object.values(buckets)), (it) => it.stop()),
      started(Promise.resolve(attestedSigner()), (it) => it.close()),
    ]);
    const tls = { cert: certificates.certificate, key: certificates.key };
    await network.pass(QUEUE_PORT, () => here(redis.address.port), tls);
    const vaults = keyVaults([HOST.oid]);
    const launched = new Date();
    const fake = await started(startAzure([vaults.service, scaleSetOfOne(launched)]), (it) => it.close());
    let behind = 0;
    const login = { username: USERNAME, password: PASSWORD };
    const registry = azureRegistry({ name: REGISTRY, pullers: [HOST.oid], behind: () => behind, login });
    registry.listen(0, '127.0.0.1');
    await started(once(registry, 'listening'), () => registry.close());
    const make = (name: string, text?: string) => {
      if (text !== undefined) vaults.secrets.set(entryOf(name), text);
      return { secret: name };
    };
    const attested = () => signer.sign(documentOf(launched));
    const [cpu] = environmentsArgs();
    const { queueUser: _, ...environment } = cpu!;
    const place = { subscriptionId: SUBSCRIPTION, resourceGroup: 'cove-prod' };
    return {
      https: (name, real) => {
        behind = real.port;
        if (name === REGISTRY) return here((registry.address() as AddressInfo).port);
        return here(name === blobs.host ? blobs.port : fake.port);
      },
      secrets: {
        make: async (name, text) => make(name, text),
        read: async ({ secret }) => vaults.secrets.get(entryOf(secret))!,
        write: async ({ secret }, text) => void vaults.secrets.set(entryOf(secret), text),
      },
      authorities: [await readFile(signer.certificateFile, 'utf8')],
      appHost: {
        registry: { kind: 'azure', host: REGISTRY, clientId: HOST.clientId },
        secretStore: {
          kind: 'azure',
          vaultUrl: `https://${VAULT}.vault.azure.net/`,
          clientId: HOST.clientId,
        },
        storage: { kind: 'azure', account: ACCOUNT, ...buckets, credentials: 'machine' },
        queue: {
          host: QUEUE,
          port: QUEUE_PORT,
          authority: { pem: certificates.ca },
          users: { kind: 'shared', user: 'default', password: make('queue', ADMIN_PASSWORD) },
        },
        join: { proof: { kind: 'azure', ...place, authorityFiles: ['/etc/cove/authorities.pem'] } },
      },
      environments: [
        {
          environment: {
            ...environment.environment,
            machines: {
              ...environment.environment.machines!,
              machineType: 'Standard_D4s_v5',
              group: { kind: 'azure', ...place, group: GROUP },
            },
          },
        },
      ],
      worker: { proof: { kind: 'azure' }, relay: true },
      // Machines of workers have no identity: what they prove is what Azure says of them.
      metadata: { appHost: metadataServer(HOST, attested), worker: metadataServer(undefined, attested) },
    };
  },
};

/** As Azure writes times there: `11/25/26 09:00:00 -00:00`. */
function documentOf(launched: Date): object {
  const time = (date: Date) => {
    const [, year, month, day, clock] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(date.toISOString()) ?? [];
    return `${month}/${day}/${year} ${clock} -00:00`;
  };
  return {
    nonce: '20261125-000000',
    vmId: VM_ID,
    subscriptionId: SUBSCRIPTION,
    timeStamp: { createdOn: time(launched), expiresOn: time(new Date(Date.now() + 6 * 3600_000)) },
  };
}

/** Compute: the workers' scale set, with one machine in it. */
function scaleSetOfOne(launched: Date): Service {
  const sets = `/subscriptions/${SUBSCRIPTION}/resourceGroups/cove-prod/providers/Microsoft.Compute/virtualMachineScaleSets`;
  return {
    name: 'management.azure.com',
    audience: /^https:\/\/management\.azure\.com\/?$/,
    answer({ method, path, as }) {
      if (as !== HOST.oid)
        throw new Refused(403, 'AuthorizationFailed', 'The client does not have authorization');
      switch (`${method} ${path}`) {
        case `GET ${sets}`:
          return { value: [{ name: GROUP }] };
        case `GET ${sets}/${GROUP}`:
          return { name: GROUP, sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity: 1 } };
        case `GET ${sets}/${GROUP}/virtualMachines`:
          return {
            value: [
              {
                instanceId: '0',
                properties: {
                  vmId: VM_ID,
                  provisioningState: 'Succeeded',
                  timeCreated: launched.toISOString(),
                },
              },
            ],
          };
        default:
          return undefined;
      }
    },
  };
}
