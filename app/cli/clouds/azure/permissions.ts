/** One action for each kind of thing that an installation is made of: enough to see a login that cannot make one. */
export const ACTIONS = [
  'Microsoft.Authorization/locks/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Cache/redisEnterprise/write',
  'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action',
  'Microsoft.Compute/virtualMachineScaleSets/write',
  'Microsoft.ContainerRegistry/registries/push/write',
  'Microsoft.ContainerRegistry/registries/write',
  'Microsoft.DBforPostgreSQL/flexibleServers/write',
  'Microsoft.Insights/dataCollectionRules/write',
  'Microsoft.Insights/metricAlerts/write',
  'Microsoft.KeyVault/vaults/secrets/write',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  'Microsoft.Network/applicationGateways/write',
  'Microsoft.Network/networkSecurityGroups/write',
  'Microsoft.Network/networkWatchers/flowLogs/write',
  'Microsoft.Network/privateEndpoints/write',
  'Microsoft.Network/virtualNetworks/write',
  'Microsoft.OperationalInsights/workspaces/write',
  'Microsoft.Resources/subscriptions/resourceGroups/write',
  'Microsoft.Storage/storageAccounts/write',
] as const;

/** Those of a stack of workers: no database, no load balancer. */
export const WORKER_ACTIONS = ACTIONS.filter(
  (action) =>
    !/^Microsoft\.(Cache|DBforPostgreSQL|Network\/applicationGateways|Insights\/metricAlerts)\b/.test(action),
);

/** Of data, which `Owner` does not give. */
export const DATA_ACTIONS = ['Microsoft.KeyVault/vaults/secrets/getSecret/action'] as const;
