/** What is special about types of Azure, beyond their declarations. Messages are Azure's own codes. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { type CloudResource, type FakeCloud, Refused } from '../cloud.ts';
import { text } from '../values.ts';
import { addressed } from './ids.ts';
import { networkBehaviours } from './network.ts';

/** A lock on it, or on what is around it. */
function refuseLocked({ id }: CloudResource, cloud: FakeCloud): void {
  const lock = cloud
    .all('azure-native:authorization:ManagementLockByScope')
    .find(({ inputs }) => id === inputs.scope || id.startsWith(`${text(inputs.scope)}/`));
  if (lock !== undefined) throw new Refused(`ScopeLocked: ${id} cannot be deleted: ${lock.id}`);
}
/** Names that nobody else in the world may have. */
const worldwide = (property: string, shape: RegExp): Behaviour => ({
  unique: (inputs) => text(inputs[property]),
  refuseCreate(inputs) {
    if (!shape.test(text(inputs[property])))
      throw new Refused(`InvalidResourceName: ${text(inputs[property])} does not fit ${shape.source}`);
  },
});
const principal = (id: string) => Buffer.from(id).toString('hex').slice(-12);

const data: Record<string, Behaviour> = {
  ...addressed('storage:StorageAccount', {
    ...worldwide('accountName', /^[a-z0-9]{3,24}$/),
    refuseDelete(account, cloud) {
      refuseLocked(account, cloud);
    },
  }),
  ...addressed('storage:BlobContainer', {
    refuseDelete: ({ id }, cloud) => cloud.refuseFull('ContainerNotEmpty', id, false),
  }),
  ...addressed('storage:BlobServiceProperties'),
  ...addressed('storage:ManagementPolicy'),
  ...addressed('storage:FileShare'),
  ...addressed('keyvault:Vault', {
    refuseCreate(inputs, cloud) {
      worldwide('vaultName', /^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/).refuseCreate?.(inputs, cloud);
      if (cloud.remains.has(`vault ${text(inputs.vaultName)}`))
        throw new Refused(`ConflictError: a vault ${text(inputs.vaultName)} exists in deleted state`);
    },
    deleted: ({ inputs }, cloud) => void cloud.remains.add(`vault ${text(inputs.vaultName)}`),
    outputs: ({ properties, vaultName }) => ({
      properties: { ...(properties as object), vaultUri: `https://${text(vaultName)}.vault.azure.net/` },
    }),
  }),
  ...addressed('keyvault:Secret'),
  ...addressed('dbforpostgresql:Server', {
    ...worldwide('serverName', /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/),
    refuseDelete: refuseLocked,
    outputs: ({ serverName }) => ({
      fullyQualifiedDomainName: `${text(serverName)}.postgres.database.azure.com`,
    }),
    refuseUpdate(inputs, { inputs: olds }) {
      const size = (of: Properties) => Number((of.storage as Properties | undefined)?.storageSizeGB);
      if (size(inputs) < size(olds))
        throw new Refused('StorageSizeDecreaseNotAllowed: storage cannot shrink');
    },
  }),
  ...addressed('dbforpostgresql:Configuration'),
  ...addressed('redisenterprise:RedisEnterprise', {
    ...worldwide('clusterName', /^[A-Za-z0-9](?!.*--)[A-Za-z0-9-]{0,58}[A-Za-z0-9]$/),
    outputs: ({ clusterName }, _id, { region }) => ({
      hostName: `${text(clusterName)}.${region}.redis.azure.net`,
    }),
  }),
  ...addressed('redisenterprise:Database', { outputs: () => ({ port: 10_000 }) }),
  ...addressed('containerregistry:Registry', {
    ...worldwide('registryName', /^[A-Za-z0-9]{5,50}$/),
    outputs: ({ registryName }) => ({ loginServer: `${text(registryName)}.azurecr.io` }),
  }),
};

const machines: Record<string, Behaviour> = {
  ...addressed('compute:VirtualMachineScaleSet', {
    longestName: 64,
    refuseCreate({ virtualMachineProfile }) {
      const profile = virtualMachineProfile as Record<string, Properties | undefined> | undefined;
      const document = Buffer.from(text(profile?.osProfile?.customData), 'base64');
      if (document.length > 65_535) throw new Refused('InvalidParameter: customData exceeds 64 KB');
      const linux = profile?.osProfile?.linuxConfiguration as Properties | undefined;
      if (linux?.disablePasswordAuthentication === true && linux.ssh === undefined)
        throw new Refused('InvalidParameter: a key of SSH is needed where passwords are off');
    },
  }),
  ...addressed('managedidentity:UserAssignedIdentity', {
    outputs: (_inputs, id) => ({
      clientId: `00000000-0000-4000-8000-${principal(id)}`,
      principalId: `00000000-0000-4000-9000-${principal(id)}`,
      tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
    }),
  }),
};

const rest: Record<string, Behaviour> = {
  ...addressed('resources:ResourceGroup', {
    // Azure would take all that is in it along; our engine must have emptied it before.
    refuseDelete({ id }, cloud) {
      const inside = cloud.all().find((other) => other.id.startsWith(`${id}/`));
      if (inside !== undefined) throw new Refused(`ResourceGroupNotEmpty: ${inside.id}`);
    },
  }),
  ...addressed('authorization:RoleAssignment', {
    unique: ({ scope, principalId, roleDefinitionId }) =>
      [scope, principalId, roleDefinitionId].map(text).join(' '),
  }),
  ...addressed('authorization:RoleDefinition'),
  ...addressed('authorization:ManagementLockByScope'),
  ...addressed('operationalinsights:Workspace'),
  ...addressed('monitor:ActionGroup'),
  ...addressed('monitor:MetricAlert'),
  ...addressed('monitor:ScheduledQueryRule'),
  ...addressed('monitor:DiagnosticSetting'),
  ...addressed('monitor:DataCollectionEndpoint'),
  ...addressed('monitor:DataCollectionRule'),
  ...addressed('monitor:DataCollectionRuleAssociation', {
    refuseCreate({ associationName, dataCollectionEndpointId, dataCollectionRuleId }) {
      if ((dataCollectionEndpointId === undefined) === (dataCollectionRuleId === undefined))
        throw new Refused('InvalidPayload: an association is with a rule or with an endpoint');
      const isEndpoint = associationName === 'configurationAccessEndpoint';
      if (isEndpoint !== (dataCollectionEndpointId !== undefined))
        throw new Refused('InvalidAssociationName: an endpoint is known as configurationAccessEndpoint');
    },
  }),
  ...addressed('monitor:PrivateLinkScope'),
  ...addressed('monitor:PrivateLinkScopedResource'),
  ...addressed('consumption:Budget'),
};

export const azureBehaviours: Record<string, Behaviour> = {
  ...networkBehaviours,
  ...data,
  ...machines,
  ...rest,
};
