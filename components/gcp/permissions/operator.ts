/**
 * What the operator's login needs in a project of Google Cloud, by what the stack makes: one row a type, held to what the
 * stack really registers by a test. Names are those of Google's IAM permissions reference. Pure.
 */

/** Permissions for making, looking at, changing and deleting one type. */
type Rows = Record<string, readonly string[]>;

const of = (kind: string, ...verbs: string[]) => verbs.map((verb) => `${kind}.${verb}`);
const BASIC = ['create', 'delete', 'get', 'list'];
const kept = (kind: string, ...more: string[]) => of(kind, ...BASIC, 'update', ...more);
/** Compute Engine's work goes on as an operation, which is asked of by itself. */
const regional = (...permissions: string[][]) => [...permissions.flat(), 'compute.regionOperations.get'];
const global = (...permissions: string[][]) => [...permissions.flat(), 'compute.globalOperations.get'];
const policy = (kind: string) => of(kind, 'getIamPolicy', 'setIamPolicy');

export const NEEDED: Rows = {
  'cove:image:RegistryImage': [
    'artifactregistry.repositories.downloadArtifacts',
    'artifactregistry.repositories.uploadArtifacts',
    'artifactregistry.repositories.deleteArtifacts',
  ],
  'gcp:artifactregistry/repository:Repository': kept('artifactregistry.repositories'),
  'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember': policy('artifactregistry.repositories'),
  // A right on the billing account: `roles/billing.costsManager` there (docs/gcp.md).
  'gcp:billing/budget:Budget': ['resourcemanager.projects.get'],
  'gcp:certificatemanager/certificate:Certificate': kept('certificatemanager.certs', 'use'),
  'gcp:certificatemanager/certificateMap:CertificateMap': kept('certificatemanager.certmaps', 'use'),
  'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry': kept('certificatemanager.certmapentries'),
  'gcp:certificatemanager/dnsAuthorization:DnsAuthorization': kept(
    'certificatemanager.dnsauthorizations',
    'use',
  ),
  'gcp:compute/address:Address': regional(
    of('compute.addresses', ...BASIC, 'setLabels', 'use', 'useInternal'),
  ),
  'gcp:compute/backendService:BackendService': global(
    kept('compute.backendServices', 'use', 'setSecurityPolicy'),
    of('compute.instanceGroups', 'get', 'use'),
  ),
  'gcp:compute/firewall:Firewall': global(kept('compute.firewalls'), of('compute.networks', 'updatePolicy')),
  'gcp:compute/forwardingRule:ForwardingRule': regional(
    of('compute.forwardingRules', ...BASIC, 'setLabels', 'setTarget'),
    of('compute.subnetworks', 'use'),
  ),
  'gcp:compute/globalAddress:GlobalAddress': global(
    of('compute.globalAddresses', 'create', 'createInternal', 'delete', 'deleteInternal', 'get', 'list'),
    of('compute.globalAddresses', 'setLabels', 'use'),
  ),
  'gcp:compute/globalForwardingRule:GlobalForwardingRule': global(
    of('compute.globalForwardingRules', ...BASIC, 'setLabels', 'setTarget'),
  ),
  'gcp:compute/healthCheck:HealthCheck': global(kept('compute.healthChecks', 'use', 'useReadOnly')),
  'gcp:compute/instanceTemplate:InstanceTemplate': global(
    of('compute.instanceTemplates', ...BASIC, 'useReadOnly'),
    of('compute.images', 'get', 'getFromFamily', 'useReadOnly'),
    of('compute.subnetworks', 'use'),
    ['iam.serviceAccounts.actAs'],
  ),
  'gcp:compute/network:Network': global(kept('compute.networks', 'use', 'updatePolicy')),
  'gcp:compute/networkPeering:NetworkPeering': global(
    of('compute.networks', 'addPeering', 'removePeering', 'updatePeering', 'get'),
  ),
  'gcp:compute/regionBackendService:RegionBackendService': regional(
    kept('compute.regionBackendServices', 'use', 'setSecurityPolicy'),
    of('compute.instanceGroups', 'get', 'use'),
  ),
  'gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager': regional(
    kept('compute.instanceGroupManagers', 'use'),
    of('compute.instanceGroups', ...BASIC),
    of('compute.instances', ...BASIC, 'setLabels', 'setMetadata', 'setServiceAccount', 'setTags'),
    of('compute.disks', 'create', 'setLabels'),
    of('compute.subnetworks', 'use'),
    ['compute.healthChecks.useReadOnly', 'compute.zones.get', 'compute.zones.list', 'compute.regions.get'],
  ),
  'gcp:compute/regionSecurityPolicy:RegionSecurityPolicy': regional(
    kept('compute.regionSecurityPolicies', 'use'),
  ),
  'gcp:compute/regionSslPolicy:RegionSslPolicy': regional(kept('compute.regionSslPolicies', 'use')),
  'gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy': regional(
    of('compute.regionTargetHttpProxies', ...BASIC, 'setUrlMap', 'use'),
  ),
  'gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy': regional(
    of('compute.regionTargetHttpsProxies', ...BASIC, 'setUrlMap', 'setSslCertificates', 'update', 'use'),
  ),
  'gcp:compute/regionUrlMap:RegionUrlMap': regional(kept('compute.regionUrlMaps', 'use')),
  'gcp:compute/route:Route': global(of('compute.routes', ...BASIC)),
  'gcp:compute/router:Router': regional(kept('compute.routers', 'use')),
  'gcp:compute/routerNat:RouterNat': regional(
    of('compute.routers', 'get', 'update'),
    of('compute.addresses', 'use'),
  ),
  'gcp:compute/sSLPolicy:SSLPolicy': global(kept('compute.sslPolicies', 'use')),
  'gcp:compute/securityPolicy:SecurityPolicy': global(kept('compute.securityPolicies', 'use')),
  'gcp:compute/subnetwork:Subnetwork': regional(
    kept('compute.subnetworks', 'use', 'expandIpCidrRange', 'setPrivateIpGoogleAccess'),
  ),
  'gcp:compute/targetHttpProxy:TargetHttpProxy': global(
    of('compute.targetHttpProxies', ...BASIC, 'setUrlMap', 'use'),
  ),
  'gcp:compute/targetHttpsProxy:TargetHttpsProxy': global(
    of(
      'compute.targetHttpsProxies',
      ...BASIC,
      'setUrlMap',
      'setSslPolicy',
      'setCertificateMap',
      'update',
      'use',
    ),
  ),
  'gcp:compute/uRLMap:URLMap': global(kept('compute.urlMaps', 'use')),
  'gcp:dns/managedZone:ManagedZone': [
    ...kept('dns.managedZones'),
    'dns.networks.bindPrivateDNSZone',
    ...of('dns.changes', 'create', 'get'),
  ],
  'gcp:dns/recordSet:RecordSet': [
    ...kept('dns.resourceRecordSets'),
    ...of('dns.changes', 'create', 'get', 'list'),
    'dns.managedZones.get',
  ],
  'gcp:filestore/instance:Instance': [...kept('file.instances'), 'file.operations.get', 'file.locations.get'],
  'gcp:kms/cryptoKey:CryptoKey': [
    ...of('cloudkms.cryptoKeys', 'create', 'get', 'list', 'update'),
    ...of('cloudkms.cryptoKeyVersions', 'destroy', 'get', 'list', 'update'),
  ],
  'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember': policy('cloudkms.cryptoKeys'),
  'gcp:kms/keyRing:KeyRing': of('cloudkms.keyRings', 'create', 'get', 'list'),
  'gcp:logging/projectBucketConfig:ProjectBucketConfig': kept('logging.buckets'),
  'gcp:logging/projectSink:ProjectSink': kept('logging.sinks'),
  'gcp:monitoring/alertPolicy:AlertPolicy': kept('monitoring.alertPolicies'),
  'gcp:monitoring/notificationChannel:NotificationChannel': kept('monitoring.notificationChannels'),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': kept('monitoring.uptimeCheckConfigs'),
  'gcp:projects/iAMCustomRole:IAMCustomRole': kept('iam.roles', 'undelete'),
  'gcp:projects/iAMMember:IAMMember': policy('resourcemanager.projects'),
  'gcp:projects/serviceIdentity:ServiceIdentity': [
    'serviceusage.services.get',
    'serviceusage.services.enable',
  ],
  'gcp:redis/instance:Instance': [
    ...kept('redis.instances', 'getAuthString'),
    'redis.operations.get',
    'redis.locations.get',
  ],
  'gcp:secretmanager/secret:Secret': kept('secretmanager.secrets'),
  'gcp:secretmanager/secretIamMember:SecretIamMember': policy('secretmanager.secrets'),
  'gcp:secretmanager/secretVersion:SecretVersion': [
    'secretmanager.versions.add',
    ...of('secretmanager.versions', 'access', 'destroy', 'disable', 'enable', 'get', 'list'),
  ],
  'gcp:serviceaccount/account:Account': kept('iam.serviceAccounts'),
  'gcp:serviceaccount/iAMMember:IAMMember': policy('iam.serviceAccounts'),
  'gcp:servicenetworking/connection:Connection': [
    'servicenetworking.services.addPeering',
    'servicenetworking.services.get',
    'servicenetworking.operations.get',
    ...of('compute.networks', 'addPeering', 'removePeering', 'updatePeering', 'use', 'get'),
    'compute.globalAddresses.use',
  ],
  'gcp:sql/databaseInstance:DatabaseInstance': [
    ...kept('cloudsql.instances'),
    ...of('cloudsql.backupRuns', 'create', 'get', 'list'),
  ],
  'gcp:sql/user:User': kept('cloudsql.users'),
  'gcp:storage/bucket:Bucket': kept('storage.buckets'),
  'gcp:storage/bucketIAMMember:BucketIAMMember': policy('storage.buckets'),
};

/** Besides what the stack makes: APIs, the engine's own state and its key, and what the commands ask. */
const ALWAYS = [
  'resourcemanager.projects.get',
  'serviceusage.services.use',
  'serviceusage.services.get',
  'serviceusage.services.list',
  'serviceusage.services.enable',
  'serviceusage.operations.get',
  ...of('cloudkms.cryptoKeyVersions', 'useToEncrypt', 'useToDecrypt'),
  ...of('storage.objects', 'create', 'delete', 'get', 'list', 'update'),
  ...of('compute.instances', 'get', 'list', 'getSerialPortOutput', 'setMetadata'),
  ...of('compute.machineTypes', 'get', 'list'),
  ...of('compute.acceleratorTypes', 'get', 'list'),
  'compute.projects.get',
  'compute.regions.get',
  'compute.zoneOperations.get',
  'logging.logEntries.list',
  'monitoring.timeSeries.list',
];

export const operatorPermissions = (): string[] =>
  [...new Set([...ALWAYS, ...Object.values(NEEDED).flat()])].sort();

/** A custom role that is enough for `init`, `preview`, `up` and `destroy`. */
export function operatorRole(): string {
  const includedPermissions = operatorPermissions();
  const role = {
    title: 'Cove operator',
    description: 'Makes, changes and removes installations of Cove in this project',
    stage: 'GA',
    includedPermissions,
  };
  return `${JSON.stringify(role, null, 2)}\n`;
}
