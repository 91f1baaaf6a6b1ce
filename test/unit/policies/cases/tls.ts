/** Cases of TLS and LB. */
import { aws, azure, type Case, gcp, k8s, local, settings, thing, whole } from './case.ts';

const certificate = thing('aws.acm.Certificate', {}, { name: 'certificate' });
const validation = thing(
  'aws.acm.CertificateValidation',
  {},
  { name: 'validation', uses: { certificateArn: [certificate] } },
);
const modern = { protocol: 'HTTPS', port: 443, sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' };
const listener = (on: typeof certificate) =>
  thing('aws.lb.Listener', modern, { uses: { certificateArn: [on] } });
const redirect = [{ type: 'redirect', redirect: { protocol: 'HTTPS' } }];
const bucket = thing('aws.s3.Bucket', { bucket: 'b' }, { name: 'bucket' });
const denies = JSON.stringify({
  Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
});
const configMap = (tls: boolean, what: 'database' | 'queue') => ({
  data: { 'api.json': JSON.stringify({ role: 'api', [what]: { host: 'data.example.org', tls } }) },
});
const served = { name: 'cove', ports: [{ containerPort: 8000 }] };
const deployment = (path: string) => ({
  spec: {
    template: { spec: { containers: [{ ...served, readinessProbe: { httpGet: { path, port: 8000 } } }] } },
  },
});
const map = (httpsRedirect: boolean) =>
  thing('gcp.compute.URLMap', { defaultUrlRedirect: { httpsRedirect } }, { name: 'map' });
const proxy = (to: typeof certificate) =>
  thing('gcp.compute.TargetHttpProxy', {}, { uses: { urlMap: [to] } });
const gateway = {
  enableHttp2: true,
  backendHttpSettingsCollection: [{ requestTimeout: 3600 }],
  probes: [{ path: '/healthz', port: 8000 }],
};
const tls12 = { policyName: 'AppGwSslPolicy20220101' };
const balancer = { enableDeletionProtection: true, dropInvalidHeaderFields: true, internal: true };

export const tls: Case[] = [
  aws('TLS-01', 'lb.Listener', modern, { ...modern, sslPolicy: 'ELBSecurityPolicy-2016-08' }, /2016-08/),
  aws(
    'TLS-01',
    'lb.Listener',
    { protocol: 'HTTP', port: 80, defaultActions: redirect },
    { protocol: 'HTTP', port: 80, defaultActions: [{ type: 'forward' }] },
    /port 80 answers over HTTP/,
  ),
  whole(
    'aws',
    'TLS-01',
    [certificate, validation, listener(validation)],
    [certificate, validation, listener(certificate)],
    /does not wait for the validation/,
  ),
  gcp('TLS-01', 'compute.SSLPolicy', { minTlsVersion: 'TLS_1_2' }, {}, /TLS_1_0/),
  whole('gcp', 'TLS-01', [map(true), proxy(map(true))], [map(false), proxy(map(false))], /plain HTTP/),
  azure(
    'TLS-01',
    'network.ApplicationGateway',
    {
      sslPolicy: tls12,
      httpListeners: [{ name: 'a', protocol: 'Http' }],
      requestRoutingRules: [{ redirectConfiguration: {}, httpListener: { id: 'x/a' } }],
    },
    { sslPolicy: tls12, httpListeners: [{ name: 'a', protocol: 'Http' }] },
    /listener a answers over Http/,
  ),
  k8s(
    'TLS-01',
    'Ingress',
    { spec: { rules: [{ host: 'a.b' }], tls: [{ hosts: ['a.b'] }] } },
    { spec: { rules: [{ host: 'a.b' }] } },
    /a\.b is served without TLS/,
  ),
  k8s(
    'TLS-01',
    'Gateway',
    { spec: { listeners: [{ name: 'web', protocol: 'HTTPS' }] } },
    { spec: { listeners: [{ name: 'web', protocol: 'HTTP' }] } },
    /listener web answers over HTTP/,
  ),
  local(
    'TLS-01',
    'File',
    settings({ role: 'api', http: { host: '127.0.0.1', port: 8000 } }),
    settings({ role: 'api', http: { host: '0.0.0.0', port: 8000 } }),
    /0\.0\.0\.0:8000 over plain HTTP/,
  ),

  aws(
    'TLS-02',
    'rds.ParameterGroup',
    { family: 'postgres17', parameters: [{ name: 'rds.force_ssl', value: '1' }] },
    { family: 'postgres17', parameters: [] },
    /force_ssl is not set/,
  ),
  gcp(
    'TLS-02',
    'sql.DatabaseInstance',
    { databaseVersion: 'POSTGRES_17', settings: { ipConfiguration: { sslMode: 'ENCRYPTED_ONLY' } } },
    {
      databaseVersion: 'POSTGRES_17',
      settings: { ipConfiguration: { sslMode: 'ALLOW_UNENCRYPTED_AND_ENCRYPTED' } },
    },
    /sslMode is ALLOW/,
  ),
  azure('TLS-02', 'dbforpostgresql.Configuration', { value: 'on' }, { value: 'off' }, /is off/, {
    name: 'require_secure_transport',
  }),
  k8s('TLS-02', 'ConfigMap', configMap(true, 'database'), configMap(false, 'database'), /without TLS/),
  local(
    'TLS-02',
    'File',
    settings({ role: 'api', database: { host: '127.0.0.1', tls: false } }),
    settings({ role: 'api', database: { host: '10.0.0.9', tls: false } }),
    /10\.0\.0\.9 without TLS/,
  ),

  aws(
    'TLS-03',
    'elasticache.ReplicationGroup',
    { transitEncryptionEnabled: true, userGroupIds: ['a'] },
    { userGroupIds: ['a'] },
    /transitEncryptionEnabled/,
  ),
  aws(
    'TLS-03',
    'elasticache.User',
    { accessString: 'off -@all', noPasswordRequired: true },
    { userName: 'default', accessString: 'on ~* +@all', noPasswordRequired: true },
    /needs no password/,
  ),
  gcp(
    'TLS-03',
    'redis.Instance',
    { authEnabled: true, transitEncryptionMode: 'SERVER_AUTHENTICATION' },
    { transitEncryptionMode: 'SERVER_AUTHENTICATION' },
    /authEnabled/,
  ),
  azure(
    'TLS-03',
    'redisenterprise.Database',
    { clientProtocol: 'Encrypted' },
    { clientProtocol: 'Plaintext' },
    /Plaintext/,
  ),
  k8s('TLS-03', 'ConfigMap', configMap(true, 'queue'), configMap(false, 'queue'), /without TLS/),
  local(
    'TLS-03',
    'File',
    { content: 'bind 127.0.0.1\naclfile "/x"' },
    { content: 'bind 127.0.0.1' },
    /neither users nor a password/,
    { name: 'redis.conf' },
  ),

  whole(
    'aws',
    'TLS-04',
    [bucket, thing('aws.s3.BucketPolicy', { bucket: 'b', policy: denies })],
    [bucket],
    /no bucket policy/,
  ),
  aws('TLS-04', 's3.BucketPolicy', { policy: denies }, { policy: '{"Statement": []}' }, /does not deny/),
  azure(
    'TLS-04',
    'storage.StorageAccount',
    { minimumTlsVersion: 'TLS1_2' },
    { minimumTlsVersion: 'TLS1_0' },
    /TLS1_0/,
  ),
  local(
    'TLS-04',
    'File',
    settings({ role: 'api', storage: { kind: 'fs' }, publicUrl: 'https://a.b' }),
    settings({ role: 'api', storage: { kind: 'fs' }, publicUrl: 'http://a.b' }),
    /http:\/\/a\.b/,
  ),

  aws('LB-01', 'lb.LoadBalancer', { idleTimeout: 3600 }, {}, /idleTimeout is not set/),
  aws(
    'LB-01',
    'lb.TargetGroup',
    { port: 8000, healthCheck: { path: '/healthz' } },
    { port: 8000, healthCheck: { path: '/' } },
    /asks \//,
  ),
  gcp('LB-01', 'compute.BackendService', { timeoutSec: 3600 }, { timeoutSec: 30 }, /timeoutSec is 30/),
  gcp(
    'LB-01',
    'compute.HealthCheck',
    { httpHealthCheck: { requestPath: '/healthz', port: 8000 } },
    { tcpHealthCheck: {} },
    /not ask over HTTP/,
  ),
  azure(
    'LB-01',
    'network.ApplicationGateway',
    gateway,
    { ...gateway, enableHttp2: undefined },
    /enableHttp2/,
  ),
  k8s('LB-01', 'Deployment', deployment('/healthz'), deployment('/'), /asked \//),
  local(
    'LB-01',
    'Service',
    { probe: { kind: 'http', url: 'http://127.0.0.1:8000/readyz' } },
    {},
    /asked nothing/,
    { name: 'api' },
  ),

  aws(
    'LB-02',
    'lb.LoadBalancer',
    { ...balancer, accessLogs: { enabled: true } },
    balancer,
    /access logs are off/,
  ),
  aws(
    'LB-02',
    'lb.LoadBalancer',
    { ...balancer, accessLogs: { enabled: true } },
    { ...balancer, internal: false, accessLogs: { enabled: true } },
    /no web application firewall/,
  ),
  gcp(
    'LB-02',
    'compute.BackendService',
    { logConfig: { enable: true }, securityPolicy: 'p' },
    { logConfig: { enable: true } },
    /no securityPolicy/,
  ),
  whole(
    'azure',
    'LB-02',
    [
      thing('azure.network.ApplicationGateway', { id: 'g' }),
      thing('azure.monitor.DiagnosticSetting', { resourceUri: 'g' }),
    ],
    [thing('azure.network.ApplicationGateway', { id: 'g' })],
    /no diagnostic setting/,
  ),
];
