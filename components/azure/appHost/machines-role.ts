/** What the application may do with scale sets, and nothing else (reference: infrastructure 2.2, "Azure"). */
import { RoleDefinition } from '@pulumi/azure-native/authorization/roleDefinition.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Group } from '../group.ts';
import { partsOf, uuidOf } from '../names.ts';
import type { WorkerSite } from '../site.ts';

/** Verbs of Azure Resource Manager. */
export const MACHINE_ACTIONS = [
  'Microsoft.Compute/virtualMachineScaleSets/read',
  'Microsoft.Compute/virtualMachineScaleSets/write',
  'Microsoft.Compute/virtualMachineScaleSets/delete/action',
  'Microsoft.Compute/virtualMachineScaleSets/instanceView/read',
  'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
  'Microsoft.Compute/images/read',
  'Microsoft.Compute/galleries/images/versions/read',
  'Microsoft.Network/virtualNetworks/subnets/read',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/networkSecurityGroups/join/action',
];

export function machinesRole(
  site: WorkerSite,
  group: Group,
  options: pulumi.CustomResourceOptions,
): RoleDefinition {
  const { subscriptionId, network } = site.config;
  // A role can be given where it says so, and nowhere else.
  const elsewhere =
    network.kind === 'existing'
      ? [`/subscriptions/${subscriptionId}/resourceGroups/${partsOf(network.networkId).resourceGroupName}`]
      : [];
  return new RoleDefinition(
    'machines',
    {
      roleDefinitionId: uuidOf(`${subscriptionId} ${site.name} machines`),
      roleName: site.named('machines'),
      description: `Cove ${site.name}: starts and ends the machines of workers`,
      roleType: 'CustomRole',
      scope: group.id,
      assignableScopes: [group.id, ...elsewhere],
      permissions: [{ actions: MACHINE_ACTIONS, notActions: [] }],
    },
    options,
  );
}
