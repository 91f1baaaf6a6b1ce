/** The target `azure`: a subscription of Microsoft Azure. */
import { z } from 'zod';
import { checkAzureMachines } from './checks/azure-machines.ts';
import { checkAzureNetwork } from './checks/azure-network.ts';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import {
  cidr,
  cloudEnvironment,
  cloudInstallation,
  cloudStorage,
  cloudVault,
  databaseVersion,
  highAvailability,
  JobAccess,
  mount,
  slug,
} from './parts.ts';

/** Ids of Azure: `/subscriptions/<id>/resourceGroups/<group>/providers/<type>/<name>`, in letters of any case. */
export const id = (type: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(
        `^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/${type.replaceAll('*', '[^/]+')}/[^/]+$`,
        'i',
      ),
      `the id of ${what}: /subscriptions/…/providers/${type.replaceAll('*', '…')}/…`,
    );
const guid = (what: string) =>
  z
    .string(`the id of ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`)
    .regex(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      `the id of ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`,
    );
export const machineType = z
  .string()
  .regex(/^Standard_[A-Z]+\d[A-Za-z0-9_-]*$/, 'a size such as Standard_D4s_v5');
const subnetId = (what: string) => id('Microsoft.Network/virtualNetworks/*/subnets', what);
/** Machines start trusted, which an image outside a gallery cannot. */
export const image = id(
  'Microsoft.Compute/galleries/*/images/*/versions',
  'a version of an image in a gallery',
);

const Dns = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('zone'),
        zoneId: id('Microsoft.Network/dnszones', 'a DNS zone'),
      })
      .describe('A public zone of Azure DNS in this subscription, in which the records are made'),
    z
      .strictObject({ kind: z.literal('elsewhere') })
      .describe('`cove up` prints the records, waits, and goes on'),
  ])
  .describe('Who serves the public name');

const Certificate = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('acme'),
        directoryUrl: z
          .url()
          .default('https://acme-v02.api.letsencrypt.org/directory')
          .describe("The authority's directory"),
      })
      .describe('From an authority that speaks ACME, proven through DNS; `cove up` renews it'),
    z
      .strictObject({
        kind: z.literal('given'),
        secretId: z
          .string()
          .regex(
            /^https:\/\/[a-z0-9-]+\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]+$/,
            'the address of a certificate in a key vault, without version: https://….vault.azure.net/secrets/…',
          )
          .describe('Address of the secret behind the certificate, without version: a renewed one is taken'),
        keyVaultId: id('Microsoft.KeyVault/vaults', 'a key vault').describe('The key vault that it lies in'),
      })
      .describe('A certificate that you keep in a key vault'),
  ])
  .prefault({ kind: 'acme' })
  .describe('Where the certificate of the public name comes from');

const Connection = z
  .strictObject({
    cidr: cidr.describe('The other network'),
    via: z
      .union([id('Microsoft.Network/virtualNetworks', 'a network'), z.ipv4()])
      .describe('What leads there: the id of a network to peer with, or the address of a firewall'),
  })
  .describe('Another network that this one is connected with');

const isPrivate = z
  .boolean()
  .default(false)
  .describe(
    'No way to the internet at all: endpoints for every service; needs machineImages and an internal address',
  );
const zones = z
  .int()
  .min(1)
  .max(3)
  .optional()
  .describe('Availability zones it spreads over; 1 where the region has none. Left out: 3, in dev 1');
const privateDnsZones = z
  .array(id('Microsoft.Network/privateDnsZones', 'a private DNS zone'))
  .default([])
  .describe('Private DNS zones (privatelink.…) that are kept elsewhere; the others are made');

const Dedicated = z
  .strictObject({
    kind: z.literal('dedicated'),
    cidr: cidr.default('10.20.0.0/16').describe('Its addresses, /16 to /22, unused in your company'),
    zones,
    private: isPrivate,
    connections: z.array(Connection).default([]).describe('Other networks that this one is connected with'),
    privateDnsZones,
  })
  .describe('A network of its own');

/** A network of the stack's own, or one that is there with what is `known` of it. */
const networkOf = <K extends z.core.$ZodLooseShape>(known: K) =>
  z
    .discriminatedUnion('kind', [
      Dedicated,
      z
        .strictObject({
          kind: z.literal('existing'),
          networkId: id('Microsoft.Network/virtualNetworks', 'a network'),
          ...known,
          zones,
          private: isPrivate,
          privateDnsZones,
        })
        .describe('A network that is there already; it is looked at before anything is made'),
    ])
    .prefault({ kind: 'dedicated' })
    .describe('The network');

const sharedSubnets = {
  endpoints: subnetId('a subnet').describe('Of private endpoints'),
  workers: subnetId('a subnet').describe('Of workers, with a way out or endpoints'),
};
const Network = networkOf({
  subnetIds: z
    .strictObject({
      ingress: subnetId('a subnet').describe('Of the load balancer alone'),
      appHost: subnetId('a subnet').describe('Of the application host, with a way out or endpoints'),
      database: subnetId('a subnet').describe(
        'Of PostgreSQL alone, delegated to Microsoft.DBforPostgreSQL/flexibleServers',
      ),
      ...sharedSubnets,
    })
    .describe('Its subnets, by what lives there'),
});
export const WorkersNetwork = networkOf({
  subnetIds: z
    .strictObject({
      scaler: subnetId('a subnet').describe('Of the scaler, with a way out or endpoints'),
      ...sharedSubnets,
    })
    .describe('Its subnets, by what lives there'),
});

const Vault = cloudVault(
  z
    .string()
    .regex(/^[A-Za-z0-9-]{1,127}$/, 'the name of a secret')
    .describe(
      'Secret of the installation’s key vault with an operator’s AppRole: {"role_id": "…", "secret_id": "…"}',
    ),
);

const Environment = z
  .strictObject({
    ...cloudEnvironment,
    machineType: machineType.describe('Such as Standard_D4s_v5, or Standard_NC4as_T4_v3 with a GPU'),
  })
  .describe('A kind of machine that jobs are queued for');

const container = id('Microsoft.Storage/storageAccounts/*/blobServices/default/containers', 'a container');
const identity = id('Microsoft.ManagedIdentity/userAssignedIdentities', 'a managed identity');
const ServiceAccount = z
  .strictObject({
    name: slug.max(32).describe('What environments call it by'),
    identity: identity
      .optional()
      .describe('One that is there already, instead of making one; what it may do is then yours'),
    roles: z
      .array(
        z.strictObject({
          role: guid('a role').describe('Id of a role, such as that of AcrPull'),
          scope: z
            .string()
            .regex(/^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/.+/i, 'the id of a resource')
            .describe('Resource that it holds for'),
        }),
      )
      .default([])
      .describe('Roles it gets'),
    readContainers: z.array(container).default([]).describe('Containers of storage accounts it may read'),
    writeContainers: z
      .array(container)
      .default([])
      .describe('Containers of storage accounts it may read and write'),
  })
  .refine(
    ({ identity: given, roles, readContainers, writeContainers }) =>
      given === undefined || [...roles, ...readContainers, ...writeContainers].length === 0,
    'either `identity`, whose rights are yours, or `roles`, `readContainers` and `writeContainers` of one that is made',
  )
  .describe('Who jobs may act as: a managed identity of this name');

const Mount = z
  .strictObject({
    ...mount,
    export: z
      .string()
      .regex(
        /^[a-z0-9.-]+:\/[A-Za-z0-9./_-]+$/,
        'an NFS export, such as account.file.core.windows.net:/account/share',
      )
      .optional()
      .describe('NFS export that is there already. Left out: a share is made, and protected'),
    sizeGb: z.int().min(100).max(100_000).default(100).describe('Size of a share that is made, in GiB'),
  })
  .describe('A shared file system');

const EndpointHosts = z
  .strictObject({
    machineType: machineType.default('Standard_D2s_v5').describe('Machine type of each'),
    count: z.int().min(1).max(20).default(2).describe('How many'),
    diskGb: z.int().min(30).max(4095).default(80).describe('Disk of each, in GiB'),
  })
  .describe('Machines for deployed endpoints, apart from the application host');

/** What locked-down subscriptions have for any stack. */
export const azureGiven = {
  resourceGroup: z
    .string()
    .regex(/^[-\w.()]{1,90}$/, 'the name of a resource group')
    .optional()
    .describe('Resource group that everything is made in, instead of making one'),
  diskEncryptionSet: id('Microsoft.Compute/diskEncryptionSets', 'a disk encryption set')
    .optional()
    .describe('Key of yours that encrypts the disks of all machines. Left out: Azure’s own keys'),
  flowLogsIdentity: identity
    .optional()
    .describe('Identity by which the network writes its flow logs, with its role, instead of making one'),
};

const Given = z
  .strictObject({
    appHostIdentity: identity
      .optional()
      .describe('Identity of the application host, with its roles, instead of making one'),
    ingressIdentity: identity
      .optional()
      .describe('Identity by which the gateway reads its certificate, with its role, instead of making one'),
    ...azureGiven,
    securityGroups: z
      .strictObject({
        appHost: id('Microsoft.Network/networkSecurityGroups', 'a network security group'),
        workers: id('Microsoft.Network/networkSecurityGroups', 'a network security group'),
      })
      .optional()
      .describe('Network security groups, instead of making them; their rules are then yours'),
  })
  .prefault({})
  .describe('For locked-down subscriptions: what is there already and is not made');

/** Where a stack lives, and what every machine of jobs in it has, whether it is an installation or joins one. */
export const azureWorkers = {
  target: z.literal('azure').describe('Where it lives'),
  subscriptionId: guid('a subscription').describe('The subscription; a login to another one is refused'),
  tenantId: guid('a tenant').describe('The tenant (directory) that the subscription belongs to'),
  region: z.string().describe('Such as westeurope'),
  environments: z
    .array(Environment)
    .min(1)
    .prefault([{ slug: 'small', name: 'Small machine', machineType: 'Standard_D4s_v5' }])
    .describe('Kinds of machine that jobs are queued for'),
  serviceAccounts: z.array(ServiceAccount).default([]).describe('Who jobs may act as'),
  mounts: z.array(Mount).default([]).describe('Shared file systems'),
  jobAccess: JobAccess,
};

/** Machine images of workers, wherever they are made. */
export const azureWorkerImages = {
  worker: image.optional().describe('With Docker. Left out: Ubuntu 24.04'),
  gpuWorker: image.optional().describe('With Docker, driver and toolkit. Left out: Microsoft’s Ubuntu-HPC'),
};

/** A subscription of Azure. */
export const AzureConfig = z
  .strictObject({
    ...azureWorkers,
    dns: Dns,
    ...cloudInstallation,
    certificate: Certificate,
    network: Network,
    appHost: z
      .strictObject({
        machineType: machineType.optional().describe('Left out: Standard_D4s_v5, in dev Standard_D2s_v5'),
        diskGb: z.int().min(30).max(4095).optional().describe('In GiB. Left out: 80'),
      })
      .prefault({})
      .describe('The machine of the application. In prod at least 4 vCPU, 16 GiB and 80 GiB of disk'),
    database: z
      .strictObject({
        sku: machineType.optional().describe('Left out: Standard_D2ds_v5, in dev Standard_B2s'),
        diskGb: z
          .literal([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_767])
          .optional()
          .describe('In GiB; grows by itself. Left out: 128, in dev 32'),
        version: databaseVersion,
        highAvailability: highAvailability('A standby'),
      })
      .prefault({})
      .describe('PostgreSQL (flexible server). In prod at least 2 vCPU, 8 GiB and 80 GiB of disk'),
    queue: z
      .strictObject({
        sku: z
          .string()
          .regex(
            /^(Balanced_B|MemoryOptimized_M|ComputeOptimized_X)\d+$/,
            'a SKU of Azure Managed Redis such as Balanced_B10',
          )
          .optional()
          .describe('Left out: Balanced_B10, in dev Balanced_B1'),
        highAvailability: highAvailability('A replica'),
      })
      .prefault({})
      .describe('Redis (Azure Managed Redis). In prod at least 8 GiB'),
    storage: cloudStorage('Blob Storage', 365),
    vault: Vault,
    machineImages: z
      .strictObject({
        appHost: image.optional().describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...azureWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/azure.md has the recipe)'),
    endpointHosts: EndpointHosts.optional(),
    registries: z
      .array(id('Microsoft.ContainerRegistry/registries', 'a registry'))
      .default([])
      .describe('Registries with images of jobs that workers may pull'),
    given: Given,
  })
  .describe('An installation in a subscription of Microsoft Azure');

export type AzureConfig = z.infer<typeof AzureConfig>;

/** What no single key shows. */
export function checkAzure(config: AzureConfig, complain: Complain): void {
  checkWorkers(config, complain);
  checkAzureNetwork(config, complain);
  checkAzureMachines(config, complain);
}
