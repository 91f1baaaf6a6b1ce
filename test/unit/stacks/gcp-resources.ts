/** The column of `gcp` in the table of resources, by need. */
import type { Made } from './resources.ts';

const group = [
  'gcp:compute/instanceTemplate:InstanceTemplate',
  'gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager',
];

export const GCP: Record<string, Made> = {
  'Dedicated network, subnets over zones': [
    'gcp:compute/network:Network',
    'gcp:compute/subnetwork:Subnetwork',
  ],
  'Way out': ['gcp:compute/router:Router', 'gcp:compute/routerNat:RouterNat', 'gcp:compute/address:Address'],
  'Existing network': 'given by names',
  'Private endpoints': [
    'gcp:servicenetworking/connection:Connection',
    'gcp:compute/globalAddress:GlobalAddress',
    'gcp:compute/route:Route',
    'gcp:dns/managedZone:ManagedZone',
    'gcp:dns/recordSet:RecordSet',
  ],
  'Connected networks': ['gcp:compute/networkPeering:NetworkPeering'],
  'Who may talk to whom': ['gcp:compute/firewall:Firewall'],
  'Flow logs': ['gcp:compute/subnetwork:Subnetwork'],
  'Application host': [...group, 'gcp:compute/healthCheck:HealthCheck'],
  Bootstrap: 'the host’s first boot runs it',
  PostgreSQL: [
    'gcp:sql/databaseInstance:DatabaseInstance',
    'gcp:sql/user:User',
    'random:index/randomId:RandomId',
  ],
  'Redis with users': ['gcp:redis/instance:Instance'],
  'Object storage': ['gcp:storage/bucket:Bucket'],
  'Load balancer with HTTP/2': [
    'gcp:compute/globalForwardingRule:GlobalForwardingRule',
    'gcp:compute/globalAddress:GlobalAddress',
    'gcp:compute/targetHttpsProxy:TargetHttpsProxy',
    'gcp:compute/targetHttpProxy:TargetHttpProxy',
    'gcp:compute/uRLMap:URLMap',
    'gcp:compute/sSLPolicy:SSLPolicy',
    'gcp:compute/backendService:BackendService',
    'gcp:compute/forwardingRule:ForwardingRule',
    'gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy',
    'gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy',
    'gcp:compute/regionUrlMap:RegionUrlMap',
    'gcp:compute/regionSslPolicy:RegionSslPolicy',
    'gcp:compute/regionBackendService:RegionBackendService',
  ],
  'Firewall for web requests': [
    'gcp:compute/securityPolicy:SecurityPolicy',
    'gcp:compute/regionSecurityPolicy:RegionSecurityPolicy',
  ],
  DNS: ['gcp:dns/recordSet:RecordSet'],
  Certificate: [
    'gcp:certificatemanager/certificate:Certificate',
    'gcp:certificatemanager/dnsAuthorization:DnsAuthorization',
    'gcp:certificatemanager/certificateMap:CertificateMap',
    'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry',
  ],
  Secrets: [
    'gcp:secretmanager/secret:Secret',
    'gcp:secretmanager/secretVersion:SecretVersion',
    'gcp:secretmanager/secretIamMember:SecretIamMember',
    'random:index/randomPassword:RandomPassword',
    'random:index/randomBytes:RandomBytes',
  ],
  Key: [
    'gcp:kms/keyRing:KeyRing',
    'gcp:kms/cryptoKey:CryptoKey',
    'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember',
    'gcp:projects/serviceIdentity:ServiceIdentity',
  ],
  Vault: 'a container on the application host, stored in PostgreSQL',
  Identities: [
    'gcp:serviceaccount/account:Account',
    'gcp:serviceaccount/iAMMember:IAMMember',
    'gcp:projects/iAMCustomRole:IAMCustomRole',
    'gcp:projects/iAMMember:IAMMember',
    'gcp:storage/bucketIAMMember:BucketIAMMember',
  ],
  Workers: group,
  'Endpoint hosts': group,
  'Registry and images': [
    'gcp:artifactregistry/repository:Repository',
    'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
    'cove:image:RegistryImage',
  ],
  'Shared file systems': ['gcp:filestore/instance:Instance'],
  Logs: ['gcp:logging/projectBucketConfig:ProjectBucketConfig', 'gcp:logging/projectSink:ProjectSink'],
  Alarms: [
    'gcp:monitoring/alertPolicy:AlertPolicy',
    'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
    'gcp:monitoring/notificationChannel:NotificationChannel',
  ],
  Budget: ['gcp:billing/budget:Budget'],
  Backups: ['gcp:sql/databaseInstance:DatabaseInstance'],
  'Example project': 'the API serves it from the image',
};
