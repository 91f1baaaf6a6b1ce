/**
 * What the operator's login needs on Azure, by what the stack makes: one row a type, held to what the stack really
 * registers by a test. Verbs are those of Azure's "Resource provider operations" reference. Pure.
 */

/** To make, look at, change and delete one type, and what else is asked of it or of what it is joined to. */
const own = (type: string, ...more: string[]): string[] => [
  ...['read', 'write', 'delete'].map((verb) => `${type}/${verb}`),
  ...more,
];
const network = (type: string, ...more: string[]): string[] =>
  own(`Microsoft.Network/${type}`, ...more.map((verb) => `Microsoft.Network/${verb}`));
const JOIN_SUBNET = 'virtualNetworks/subnets/join/action';

/** By type: a change of one row is a change of docs/azure-permissions.json (`npm run generate`). */
export const NEEDED: Record<string, string[]> = {
  'azure-native:authorization:ManagementLockByScope': own('Microsoft.Authorization/locks'),
  'azure-native:authorization:RoleAssignment': own('Microsoft.Authorization/roleAssignments'),
  'azure-native:authorization:RoleDefinition': own('Microsoft.Authorization/roleDefinitions'),
  'azure-native:compute:VirtualMachineScaleSet': [
    ...own(
      'Microsoft.Compute/virtualMachineScaleSets',
      'Microsoft.Compute/virtualMachineScaleSets/extensions/read',
      'Microsoft.Compute/virtualMachineScaleSets/extensions/write',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/retrieveBootDiagnosticsData/action',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action',
      'Microsoft.Compute/diskEncryptionSets/read',
      'Microsoft.Compute/galleries/images/versions/read',
      'Microsoft.Compute/images/read',
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
    ),
    'Microsoft.Network/applicationGateways/backendAddressPools/join/action',
    'Microsoft.Network/networkSecurityGroups/join/action',
    `Microsoft.Network/${JOIN_SUBNET}`,
  ],
  'azure-native:consumption:Budget': own('Microsoft.Consumption/budgets'),
  'azure-native:containerregistry:Registry': own(
    'Microsoft.ContainerRegistry/registries',
    'Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action',
  ),
  'azure-native:dbforpostgresql:Configuration': own(
    'Microsoft.DBforPostgreSQL/flexibleServers/configurations',
  ),
  'azure-native:dbforpostgresql:Server': own(
    'Microsoft.DBforPostgreSQL/flexibleServers',
    'Microsoft.DBforPostgreSQL/flexibleServers/backups/read',
    'Microsoft.DBforPostgreSQL/flexibleServers/backups/write',
    `Microsoft.Network/${JOIN_SUBNET}`,
    'Microsoft.Network/privateDnsZones/join/action',
  ),
  'azure-native:dns:RecordSet': ['NS', 'A', 'TXT'].flatMap((type) => network(`dnsZones/${type}`)),
  'azure-native:dns:Zone': network('dnsZones'),
  'azure-native:keyvault:Secret': own('Microsoft.KeyVault/vaults/secrets').filter(
    (action) => !action.endsWith('/delete'),
  ),
  'azure-native:keyvault:Vault': own(
    'Microsoft.KeyVault/vaults',
    'Microsoft.KeyVault/vaults/deploy/action',
    'Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action',
    'Microsoft.KeyVault/locations/deletedVaults/read',
  ),
  'azure-native:managedidentity:UserAssignedIdentity': own(
    'Microsoft.ManagedIdentity/userAssignedIdentities',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ),
  'azure-native:monitor:ActionGroup': own('Microsoft.Insights/actionGroups'),
  'azure-native:monitor:DataCollectionEndpoint': own('Microsoft.Insights/dataCollectionEndpoints'),
  'azure-native:monitor:DataCollectionRule': own(
    'Microsoft.Insights/dataCollectionRules',
    'Microsoft.OperationalInsights/workspaces/sharedKeys/action',
  ),
  'azure-native:monitor:DataCollectionRuleAssociation': own(
    'Microsoft.Insights/dataCollectionRuleAssociations',
  ),
  'azure-native:monitor:DiagnosticSetting': own(
    'Microsoft.Insights/diagnosticSettings',
    'Microsoft.OperationalInsights/workspaces/sharedKeys/action',
  ),
  'azure-native:monitor:MetricAlert': own('Microsoft.Insights/metricAlerts'),
  'azure-native:monitor:PrivateLinkScope': own(
    'Microsoft.Insights/privateLinkScopes',
    'Microsoft.Insights/privateLinkScopes/privateEndpointConnectionsApproval/action',
  ),
  'azure-native:monitor:PrivateLinkScopedResource': own(
    'Microsoft.Insights/privateLinkScopes/scopedResources',
    'Microsoft.OperationalInsights/workspaces/linkedServices/write',
  ),
  'azure-native:monitor:ScheduledQueryRule': own('Microsoft.Insights/scheduledQueryRules'),
  'azure-native:network:ApplicationGateway': network(
    'applicationGateways',
    JOIN_SUBNET,
    'publicIPAddresses/join/action',
    'applicationGatewayWebApplicationFirewallPolicies/join/action',
  ),
  'azure-native:network:FlowLog': network(
    'networkWatchers/flowLogs',
    'networkWatchers/read',
    'networkWatchers/configureFlowLog/action',
    'networkWatchers/queryFlowLogStatus/action',
  ),
  'azure-native:network:NatGateway': network(
    'natGateways',
    'natGateways/join/action',
    'publicIPAddresses/join/action',
  ),
  'azure-native:network:NetworkSecurityGroup': network(
    'networkSecurityGroups',
    'networkSecurityGroups/join/action',
  ),
  'azure-native:network:PrivateDnsZoneGroup': network(
    'privateEndpoints/privateDnsZoneGroups',
    'privateDnsZones/join/action',
  ),
  'azure-native:network:PrivateEndpoint': network('privateEndpoints', JOIN_SUBNET),
  'azure-native:network:PublicIPAddress': network('publicIPAddresses', 'publicIPAddresses/join/action'),
  'azure-native:network:RouteTable': network('routeTables', 'routeTables/join/action'),
  'azure-native:network:Subnet': network(
    'virtualNetworks/subnets',
    JOIN_SUBNET,
    'virtualNetworks/subnets/joinViaServiceEndpoint/action',
  ),
  'azure-native:network:VirtualNetwork': network('virtualNetworks', 'virtualNetworks/join/action'),
  'azure-native:network:VirtualNetworkPeering': network(
    'virtualNetworks/virtualNetworkPeerings',
    'virtualNetworks/peer/action',
  ),
  'azure-native:network:WebApplicationFirewallPolicy': network(
    'applicationGatewayWebApplicationFirewallPolicies',
  ),
  'azure-native:operationalinsights:Workspace': own(
    'Microsoft.OperationalInsights/workspaces',
    'Microsoft.OperationalInsights/workspaces/sharedKeys/action',
    'Microsoft.OperationalInsights/workspaces/query/read',
  ),
  'azure-native:privatedns:PrivateZone': network('privateDnsZones'),
  'azure-native:privatedns:VirtualNetworkLink': network(
    'privateDnsZones/virtualNetworkLinks',
    'virtualNetworks/join/action',
  ),
  'azure-native:redisenterprise:Database': own(
    'Microsoft.Cache/redisEnterprise/databases',
    'Microsoft.Cache/redisEnterprise/databases/listKeys/action',
  ),
  'azure-native:redisenterprise:RedisEnterprise': own(
    'Microsoft.Cache/redisEnterprise',
    'Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action',
    'Microsoft.Cache/locations/operationsStatus/read',
  ),
  'azure-native:resources:ResourceGroup': own('Microsoft.Resources/subscriptions/resourceGroups'),
  'azure-native:storage:BlobContainer': own('Microsoft.Storage/storageAccounts/blobServices/containers'),
  'azure-native:storage:BlobServiceProperties': [
    'Microsoft.Storage/storageAccounts/blobServices/read',
    'Microsoft.Storage/storageAccounts/blobServices/write',
  ],
  'azure-native:storage:FileShare': own('Microsoft.Storage/storageAccounts/fileServices/shares'),
  'azure-native:storage:ManagementPolicy': own('Microsoft.Storage/storageAccounts/managementPolicies'),
  'azure-native:storage:StorageAccount': own(
    'Microsoft.Storage/storageAccounts',
    'Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action',
  ),
  'cove:azure:MachineImage': [
    'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read',
  ],
  'cove:image:RegistryImage': [
    'Microsoft.ContainerRegistry/registries/pull/read',
    'Microsoft.ContainerRegistry/registries/push/write',
  ],
};

/** Besides what the stack makes: what pre-flight looks at, and the account and key of `init`. */
const ALWAYS = [
  'Microsoft.Authorization/permissions/read',
  'Microsoft.Compute/locations/usages/read',
  'Microsoft.Compute/skus/read',
  'Microsoft.Features/providers/features/read',
  'Microsoft.KeyVault/vaults/keys/read',
  'Microsoft.KeyVault/vaults/keys/write',
  'Microsoft.Network/locations/usages/read',
  'Microsoft.Resources/subscriptions/providers/read',
  'Microsoft.Resources/subscriptions/read',
];

/** What reads and writes data needs rights of its own: state, its key, the first credential. */
const DATA = [
  'Microsoft.KeyVault/vaults/keys/decrypt/action',
  'Microsoft.KeyVault/vaults/keys/encrypt/action',
  'Microsoft.KeyVault/vaults/keys/read',
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete',
  'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
  'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write',
];

/** Every action of the role, sorted. */
export const operatorActions = (types = Object.keys(NEEDED)): string[] =>
  [...new Set([...ALWAYS, ...types.flatMap((type) => NEEDED[type] ?? [])])].sort();

/**
 * A custom role, as `az role definition create` reads it, that is enough for `init`, `preview`, `up` and `destroy` of a
 * stack with these types. The operator puts the subscription, or a resource group in it, into `AssignableScopes`.
 */
export function operatorRole(types?: string[]): string {
  const role = {
    Name: 'Cove operator',
    IsCustom: true,
    Description: 'Makes, changes and takes down installations of Cove',
    Actions: operatorActions(types),
    NotActions: [],
    DataActions: DATA,
    NotDataActions: [],
    AssignableScopes: ['/subscriptions/00000000-0000-0000-0000-000000000000'],
  };
  return `${JSON.stringify(role, null, 2)}\n`;
}
