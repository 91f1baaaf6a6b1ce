/** Data sources of Azure. */
import type { Invokes } from '../invokes.ts';
import { text } from '../values.ts';
import { addressOf } from './ids.ts';

export const azureInvokes: Invokes = {
  'azure-native:authorization:getClientConfig': (_args, { account }) => ({
    subscriptionId: account,
    tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
    clientId: 'operator',
    objectId: 'operator',
  }),
  'azure-native:network:getSubnet': (args, cloud) => {
    const id = addressOf('azure-native:network:Subnet', args, cloud);
    const found = cloud.find('azure-native:network:Subnet', id);
    // Somebody else's network: what it holds nobody has told us.
    if (found === undefined) return { id, name: args.subnetName, addressPrefix: '10.99.0.0/24' };
    return { ...found.state, id, name: args.subnetName };
  },
  'azure-native:managedidentity:getUserAssignedIdentity': (args, cloud) => ({
    id: addressOf('azure-native:managedidentity:UserAssignedIdentity', args, cloud),
    name: args.resourceName,
    clientId: `client of ${text(args.resourceName)}`,
    principalId: `principal of ${text(args.resourceName)}`,
  }),
  'azure-native:redisenterprise:listDatabaseKeys': ({ clusterName }) => ({
    primaryKey: `primary key of ${text(clusterName)}`,
    secondaryKey: `secondary key of ${text(clusterName)}`,
  }),
};
