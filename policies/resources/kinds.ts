/** Lists of kinds: what can carry tags, and what holds data. */

const of = (prefix: string, names: string): string[] => names.split(/\s+/).map((name) => `${prefix}.${name}`);

/** Kinds that Cove makes and that can carry tags or labels. */
export const TAGGABLE: string[] = [
  ...of(
    'aws.ec2',
    'Vpc Subnet InternetGateway NatGateway Eip RouteTable VpcEndpoint SecurityGroup FlowLog LaunchTemplate Instance',
  ),
  ...of(
    'aws',
    'ebs.Volume rds.Instance rds.SubnetGroup rds.ParameterGroup elasticache.ReplicationGroup elasticache.SubnetGroup',
  ),
  ...of(
    'aws',
    'elasticache.ParameterGroup elasticache.User elasticache.UserGroup s3.Bucket lb.LoadBalancer lb.TargetGroup lb.Listener',
  ),
  ...of(
    'aws',
    'acm.Certificate kms.Key secretsmanager.Secret ecr.Repository efs.FileSystem efs.AccessPoint cloudwatch.LogGroup',
  ),
  ...of(
    'aws',
    'cloudwatch.MetricAlarm sns.Topic iam.Role iam.Policy iam.InstanceProfile autoscaling.Group wafv2.WebAcl budgets.Budget',
  ),
  ...of(
    'gcp.compute',
    'Instance InstanceTemplate RegionInstanceTemplate Disk Address GlobalAddress GlobalForwardingRule',
  ),
  ...of(
    'gcp',
    'storage.Bucket secretmanager.Secret kms.CryptoKey redis.Instance memorystore.Instance artifactregistry.Repository',
  ),
  ...of(
    'gcp',
    'filestore.Instance dns.ManagedZone certificatemanager.Certificate certificatemanager.CertificateMap',
  ),
  ...of(
    'azure-native',
    'resources.ResourceGroup network.VirtualNetwork network.NatGateway network.PublicIPAddress',
  ),
  ...of(
    'azure-native',
    'network.NetworkSecurityGroup network.ApplicationGateway network.RouteTable network.PrivateEndpoint',
  ),
  ...of(
    'azure-native',
    'compute.VirtualMachine compute.VirtualMachineScaleSet compute.Disk storage.StorageAccount keyvault.Vault',
  ),
  ...of('azure-native', 'dbforpostgresql.Server redisenterprise.RedisEnterprise containerregistry.Registry'),
  ...of('azure-native', 'managedidentity.UserAssignedIdentity operationalinsights.Workspace'),
  ...of(
    'kubernetes',
    'Namespace Deployment StatefulSet Job CronJob Service ServiceAccount ConfigMap Secret Ingress Gateway',
  ),
  ...of('kubernetes', 'NetworkPolicy PodDisruptionBudget PersistentVolumeClaim Role RoleBinding'),
];

/** What holds what people made, or opens it. */
export const PROTECTED: string[] = [
  ...of('aws', 'rds.Instance rds.Cluster s3.Bucket efs.FileSystem kms.Key ebs.Volume'),
  ...of('gcp', 'sql.DatabaseInstance storage.Bucket filestore.Instance kms.CryptoKey'),
  ...of('azure-native', 'dbforpostgresql.Server storage.StorageAccount keyvault.Vault'),
  ...of('kubernetes', 'PersistentVolumeClaim'),
];
