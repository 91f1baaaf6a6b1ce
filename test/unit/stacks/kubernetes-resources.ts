/** The column of `kubernetes` in the table of resources, by need. */
import type { Made } from './resources.ts';

const cluster = 'the cluster’s own';

export const KUBERNETES: Record<string, Made> = {
  'Dedicated network, subnets over zones': ['kubernetes:core/v1:Namespace'],
  'Way out': cluster,
  'Existing network': 'namespaces that are given',
  'Private endpoints': cluster,
  'Connected networks': cluster,
  'Who may talk to whom': ['kubernetes:networking.k8s.io/v1:NetworkPolicy'],
  'Flow logs': cluster,
  'Application host': [
    'kubernetes:apps/v1:Deployment',
    'kubernetes:core/v1:Service',
    'kubernetes:core/v1:ConfigMap',
    'kubernetes:policy/v1:PodDisruptionBudget',
  ],
  Bootstrap: ['kubernetes:batch/v1:Job'],
  PostgreSQL: ['kubernetes:apps/v1:StatefulSet', 'kubernetes:core/v1:PersistentVolumeClaim'],
  'Redis with users': ['kubernetes:apps/v1:StatefulSet', 'kubernetes:core/v1:PersistentVolumeClaim'],
  'Object storage': ['kubernetes:core/v1:PersistentVolumeClaim'],
  'Load balancer with HTTP/2': [
    'kubernetes:gateway.networking.k8s.io/v1:Gateway',
    'kubernetes:gateway.networking.k8s.io/v1:HTTPRoute',
    'kubernetes:networking.k8s.io/v1:Ingress',
  ],
  'Firewall for web requests': 'the controller’s own',
  DNS: 'ExternalDNS, or the record is told',
  Certificate: [
    'kubernetes:cert-manager.io/v1:Certificate',
    'tls:index/privateKey:PrivateKey',
    'tls:index/selfSignedCert:SelfSignedCert',
    'tls:index/certRequest:CertRequest',
    'tls:index/locallySignedCert:LocallySignedCert',
  ],
  Secrets: [
    'kubernetes:core/v1:Secret',
    'random:index/randomPassword:RandomPassword',
    'random:index/randomBytes:RandomBytes',
  ],
  Key: 'the cluster encrypts its Secrets',
  Vault: ['kubernetes:apps/v1:Deployment'],
  Identities: [
    'kubernetes:core/v1:ServiceAccount',
    'kubernetes:rbac.authorization.k8s.io/v1:Role',
    'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
  ],
  Workers: ['kubernetes:core/v1:ConfigMap', 'kubernetes:core/v1:ResourceQuota'],
  'Endpoint hosts': ['kubernetes:apps/v1:Deployment'],
  'Registry and images': ['cove:image:RegistryImage'],
  'Shared file systems': 'claims that are there, in mounts of an environment',
  Logs: cluster,
  Alarms: cluster,
  Budget: 'nothing is billed by itself',
  Backups: ['kubernetes:batch/v1:CronJob', 'kubernetes:core/v1:PersistentVolumeClaim'],
  'Example project': 'the API serves it from the image',
};
