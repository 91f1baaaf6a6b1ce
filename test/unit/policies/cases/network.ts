/** Cases of NET. */
import { aws, azure, type Case, gcp, k8s, local, thing, whole } from './case.ts';

const nsg = (...rules: object[]) => ({ securityRules: rules });
const inbound = (more: object) => ({ access: 'Allow', direction: 'Inbound', ...more });
const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
const file = (name: string, content: string) => thing('local.File', { content }, { name });

// AWS: who reaches the database.
const vpc = thing('aws.ec2.Vpc', { cidrBlock: '10.0.0.0/16' }, { name: 'vpc' });
const databaseGroup = thing('aws.ec2.SecurityGroup', {}, { name: 'database' });
const appGroup = thing('aws.ec2.SecurityGroup', {}, { name: 'app' });
const workerGroup = thing('aws.ec2.SecurityGroup', {}, { name: 'workers' });
const database = thing('aws.rds.Instance', {}, { uses: { vpcSecurityGroupIds: [databaseGroup] } });
const template = thing(
  'aws.ec2.LaunchTemplate',
  {},
  { part: 'workers', uses: { vpcSecurityGroupIds: [workerGroup] } },
);
const rule = (from: typeof vpc, props: object = {}) =>
  thing(
    'aws.vpc.SecurityGroupIngressRule',
    { ...https, fromPort: 5432, toPort: 5432, ...props },
    { name: 'rule', uses: { securityGroupId: [databaseGroup], referencedSecurityGroupId: [from] } },
  );
const data = [vpc, databaseGroup, appGroup, workerGroup, database, template];
const sql = thing('gcp.sql.DatabaseInstance', {}, { name: 'sql' });
const gcpWorker = thing('gcp.compute.InstanceTemplate', {}, { part: 'workers' });
const egress = (denies: object[]) =>
  thing('gcp.compute.Firewall', { direction: 'EGRESS', denies }, { name: 'egress' });
const server = thing('azure.dbforpostgresql.Server', {}, { name: 'server' });
const postgresRule = (sourceAddressPrefix: string) =>
  inbound({ sourceAddressPrefix, destinationPortRange: '5432' });
const refuseRest = { access: 'Deny', direction: 'Inbound', sourceAddressPrefix: '*' };
const policyFor = (from: object[]) => ({
  metadata: { namespace: 'cove' },
  spec: { policyTypes: ['Egress'], ingress: [{ ports: [{ port: 5432 }], from }] },
});
const endpoints = [
  's3',
  'sts',
  'kms',
  'secretsmanager',
  'ecr.api',
  'ecr.dkr',
  'logs',
  'autoscaling',
  'ec2',
].map((service) =>
  thing('aws.ec2.VpcEndpoint', { serviceName: `com.amazonaws.eu-central-1.${service}` }, { name: service }),
);

const pod = thing('k8s.Deployment', { metadata: { namespace: 'cove' } });

export const network: Case[] = [
  aws(
    'NET-01',
    'vpc.SecurityGroupIngressRule',
    { ...https, cidrIpv4: '0.0.0.0/0' },
    { ...https, fromPort: 5432, toPort: 5432, cidrIpv4: '0.0.0.0/0' },
    /0\.0\.0\.0\/0 in on port 5432/,
    { part: 'ingress' },
  ),
  aws(
    'NET-01',
    'vpc.SecurityGroupIngressRule',
    { ...https, cidrIpv4: '10.1.0.0/16' },
    { ...https, cidrIpv6: '::/0' },
    /no load balancer/,
    { part: 'workers' },
  ),
  aws(
    'NET-01',
    'ec2.SecurityGroup',
    { ingress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: ['0.0.0.0/0'] }] },
    { ingress: [{ protocol: '-1', cidrBlocks: ['0.0.0.0/0'] }] },
    /every port/,
  ),
  gcp(
    'NET-01',
    'compute.Firewall',
    { allows: [{ protocol: 'tcp', ports: ['8000'] }], sourceRanges: ['130.211.0.0/22'] },
    { allows: [{ protocol: 'tcp', ports: ['8000'] }] },
    /0\.0\.0\.0\/0 in on port 8000/,
  ),
  azure(
    'NET-01',
    'network.NetworkSecurityGroup',
    nsg(inbound({ sourceAddressPrefix: 'Internet', destinationPortRange: '443' })),
    nsg(inbound({ sourceAddressPrefix: '*', destinationPortRange: '*' })),
    /every port/,
  ),
  k8s(
    'NET-01',
    'Service',
    { spec: { type: 'ClusterIP', ports: [{ port: 8000 }] } },
    { spec: { type: 'LoadBalancer', ports: [{ port: 8000 }] } },
    /port 8000/,
  ),
  k8s(
    'NET-01',
    'NetworkPolicy',
    { spec: { ingress: [{ from: [{ podSelector: {} }] }] } },
    { spec: { ingress: [{}] } },
    /every port/,
  ),
  local(
    'NET-01',
    'File',
    { content: "listen_addresses = '127.0.0.1'\nport = 5432" },
    { content: "listen_addresses = '0.0.0.0'\nport = 5432" },
    /postgres listens on 0\.0\.0\.0:5432/,
    { name: 'postgresql.conf' },
  ),

  aws(
    'NET-02',
    'vpc.SecurityGroupIngressRule',
    { ...https, cidrIpv4: '10.0.0.0/8' },
    { ipProtocol: 'tcp', fromPort: 20, toPort: 30, cidrIpv4: '10.0.0.0/8' },
    /holds 22/,
  ),
  gcp(
    'NET-02',
    'compute.Firewall',
    { allows: [{ protocol: 'tcp', ports: ['22'] }], sourceRanges: ['35.235.240.0/20'] },
    { allows: [{ protocol: 'tcp', ports: ['3389'] }], sourceRanges: ['10.0.0.0/8'] },
    /holds 3389/,
  ),
  azure(
    'NET-02',
    'network.SecurityRule',
    inbound({ sourceAddressPrefix: '10.0.0.0/8', destinationPortRange: '8000' }),
    inbound({ sourceAddressPrefix: '10.0.0.0/8', destinationPortRanges: ['8000', '22'] }),
    /holds 22/,
  ),
  local(
    'NET-02',
    'File',
    { content: 'bind 127.0.0.1\nport 6379' },
    { content: 'bind 0.0.0.0\nport 22' },
    /holds 22/,
    { name: 'redis.conf' },
  ),

  whole(
    'aws',
    'NET-03',
    [...data, rule(appGroup)],
    [...data, rule(workerGroup)],
    /workers' group workers reaches the database/,
  ),
  whole(
    'aws',
    'NET-03',
    [...data, rule(appGroup, { cidrIpv4: '10.0.1.0/24' })],
    [...data, rule(appGroup, { cidrIpv4: '10.0.0.0/16' })],
    /all of the network/,
  ),
  whole(
    'gcp',
    'NET-03',
    [sql, gcpWorker, egress([{ protocol: 'tcp', ports: ['5432'] }])],
    [sql, gcpWorker, egress([{ protocol: 'tcp', ports: ['6379'] }])],
    /keeps workers from port 5432/,
  ),
  whole(
    'azure',
    'NET-03',
    [server, thing('azure.network.NetworkSecurityGroup', nsg(postgresRule('10.0.2.0/24'), refuseRest))],
    [server, thing('azure.network.NetworkSecurityGroup', nsg(postgresRule('VirtualNetwork'), refuseRest))],
    /VirtualNetwork/,
  ),
  k8s(
    'NET-03',
    'NetworkPolicy',
    policyFor([{ podSelector: { matchLabels: { app: 'api' } } }]),
    policyFor([{ podSelector: { matchLabels: { app: 'worker' } } }]),
    /workers reach the database/,
  ),
  k8s(
    'NET-03',
    'NetworkPolicy',
    policyFor([{ podSelector: { matchLabels: { app: 'api' } } }]),
    policyFor([{ ipBlock: { cidr: '10.0.0.0/8' } }]),
    /whole namespace or network/,
  ),
  whole(
    'local',
    'NET-03',
    [file('redis.conf', 'bind 127.0.0.1\nport 6379')],
    [file('redis.conf', 'bind 10.0.0.7\nport 6379')],
    /redis listens on 10\.0\.0\.7/,
  ),

  aws(
    'NET-04',
    'ec2.LaunchTemplate',
    { networkInterfaces: [{ associatePublicIpAddress: 'false' }] },
    { networkInterfaces: [{ associatePublicIpAddress: 'true' }] },
    /public address/,
  ),
  gcp(
    'NET-04',
    'compute.InstanceTemplate',
    { networkInterfaces: [{}] },
    { networkInterfaces: [{ accessConfigs: [{}] }] },
    /accessConfigs/,
  ),
  azure(
    'NET-04',
    'network.NetworkInterface',
    { ipConfigurations: [{ name: 'a' }] },
    { ipConfigurations: [{ publicIPAddress: { id: 'x' } }] },
    /public address/,
  ),

  whole(
    'aws',
    'NET-05',
    [
      vpc,
      thing('aws.ec2.FlowLog', {}, { uses: { vpcId: [vpc] } }),
      thing('aws.ec2.DefaultSecurityGroup', {}, { uses: { vpcId: [vpc] } }),
    ],
    [vpc],
    /no flow log/,
  ),
  gcp('NET-05', 'compute.Subnetwork', { logConfig: {} }, {}, /no logConfig/),
  whole(
    'azure',
    'NET-05',
    [
      thing('azure.network.VirtualNetwork', { id: 'v' }),
      thing('azure.network.FlowLog', { targetResourceId: 'v' }),
    ],
    [thing('azure.network.VirtualNetwork', { id: 'v' })],
    /no flow log/,
  ),

  whole('aws', 'NET-06', [vpc, thing('aws.ec2.NatGateway', {})], [vpc], /no NAT and no route out/),
  whole(
    'aws',
    'NET-06',
    [vpc, ...endpoints],
    [vpc, ...endpoints.slice(1), thing('aws.ec2.NatGateway', {})],
    /without endpoints for s3/,
    { private: true },
  ),
  whole(
    'gcp',
    'NET-06',
    [thing('gcp.compute.Network', {}), thing('gcp.compute.RouterNat', {})],
    [thing('gcp.compute.Network', {})],
    /no NAT/,
  ),
  whole(
    'gcp',
    'NET-06',
    [thing('gcp.compute.Subnetwork', { privateIpGoogleAccess: true })],
    [thing('gcp.compute.Subnetwork', {})],
    /privateIpGoogleAccess/,
    { private: true },
  ),
  azure('NET-06', 'network.Subnet', { defaultOutboundAccess: false }, {}, /defaultOutboundAccess/),
  whole(
    'kubernetes',
    'NET-06',
    [pod, thing('k8s.NetworkPolicy', policyFor([]))],
    [pod],
    /namespace cove may send/,
  ),
  whole(
    'local',
    'NET-06',
    [
      file(
        'api.json',
        '{"vault":{"address":"http://127.0.0.1:8200"},"publicUrl":"https://cove.example.org"}',
      ),
    ],
    [file('api.json', '{"vault":{"address":"http://vault.example.org:8200"}}')],
    /vault\.example\.org/,
    { hosts: ['cove.example.org'] },
  ),
];
