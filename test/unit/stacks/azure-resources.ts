/** The column of `azure` in the table of resources, by need. */
import type { Made } from './resources.ts';

const set = ['azure-native:compute:VirtualMachineScaleSet'];

export const AZURE: Record<string, Made> = {
  'Dedicated network, subnets over zones': [
    'azure-native:resources:ResourceGroup',
    'azure-native:network:VirtualNetwork',
    'azure-native:network:Subnet',
  ],
  'Way out': ['azure-native:network:NatGateway', 'azure-native:network:PublicIPAddress'],
  'Existing network': 'given by ids',
  'Private endpoints': [
    'azure-native:network:PrivateEndpoint',
    'azure-native:network:PrivateDnsZoneGroup',
    'azure-native:privatedns:PrivateZone',
    'azure-native:privatedns:VirtualNetworkLink',
  ],
  'Connected networks': ['azure-native:network:VirtualNetworkPeering', 'azure-native:network:RouteTable'],
  'Who may talk to whom': ['azure-native:network:NetworkSecurityGroup'],
  'Flow logs': ['azure-native:network:FlowLog', 'azure-native:storage:StorageAccount'],
  'Application host': [...set, 'cove:azure:MachineImage'],
  Bootstrap: 'the host’s first boot runs it',
  PostgreSQL: ['azure-native:dbforpostgresql:Server', 'azure-native:dbforpostgresql:Configuration'],
  'Redis with users': [
    // Without users: workers ring through the API's relay.
    'azure-native:redisenterprise:RedisEnterprise',
    'azure-native:redisenterprise:Database',
  ],
  'Object storage': [
    'azure-native:storage:StorageAccount',
    'azure-native:storage:BlobContainer',
    'azure-native:storage:BlobServiceProperties',
    'azure-native:storage:ManagementPolicy',
  ],
  'Load balancer with HTTP/2': [
    'azure-native:network:ApplicationGateway',
    'azure-native:network:PublicIPAddress',
  ],
  'Firewall for web requests': ['azure-native:network:WebApplicationFirewallPolicy'],
  DNS: ['azure-native:dns:RecordSet'],
  Certificate: ['cove:acme:Order', 'cove:acme:Certificate', 'azure-native:dns:Zone'],
  Secrets: [
    'azure-native:keyvault:Vault',
    'azure-native:keyvault:Secret',
    'random:index/randomPassword:RandomPassword',
    'random:index/randomBytes:RandomBytes',
    'random:index/randomId:RandomId',
  ],
  Key: 'Azure’s own keys, or a disk encryption set that is given',
  Vault: 'a container on the application host, stored in PostgreSQL',
  Identities: [
    'azure-native:managedidentity:UserAssignedIdentity',
    'azure-native:authorization:RoleAssignment',
    'azure-native:authorization:RoleDefinition',
  ],
  Workers: set,
  'Endpoint hosts': set,
  'Registry and images': ['azure-native:containerregistry:Registry', 'cove:image:RegistryImage'],
  'Shared file systems': ['azure-native:storage:StorageAccount', 'azure-native:storage:FileShare'],
  Logs: [
    'azure-native:operationalinsights:Workspace',
    'azure-native:monitor:DiagnosticSetting',
    'azure-native:monitor:DataCollectionRule',
    'azure-native:monitor:DataCollectionRuleAssociation',
    'azure-native:monitor:DataCollectionEndpoint',
    'azure-native:monitor:PrivateLinkScope',
    'azure-native:monitor:PrivateLinkScopedResource',
  ],
  Alarms: [
    'azure-native:monitor:MetricAlert',
    'azure-native:monitor:ScheduledQueryRule',
    'azure-native:monitor:ActionGroup',
  ],
  Budget: ['azure-native:consumption:Budget'],
  Backups: ['azure-native:dbforpostgresql:Server', 'azure-native:authorization:ManagementLockByScope'],
  'Example project': 'the API serves it from the image',
};
