/** TLS and LB: how one speaks with the installation, and its parts with one another. Loopback is exempt. */
import { isLoopback } from './facts.ts';
import { all, each, forKinds, type Policy, policy, whole } from './policy.ts';
import { foundations, list, no, ofKind, type Resource, refersTo, yes } from './resource.ts';
import { balancerLogs, balancerManners } from './resources/balancers.ts';
import { conf, isFile, leavesMachine, listeners, show } from './resources/local.ts';
import { START_KINDS, settingsIn } from './resources/text.ts';
import { webListeners } from './resources/web-listeners.ts';

const webTls = policy({
  id: 'TLS-01',
  severity: 'critical',
  needed:
    'every web listener speaks HTTPS with TLS 1.2 or newer, port 80 only redirects, and the certificate is valid before the listener is there',
  why: 'Passwords, tokens and data pass here. A listener that is made before its certificate is proven serves nothing, and the install seems to hang.',
  todo: 'use a TLS 1.2+ policy and a redirect on 80, and let the listener depend on the certificate’s validation',
  on: 'MMMMM',
  scope: 'stack',
  seeAlso: [
    'CKV_AWS_2',
    'CKV_AWS_103',
    'CKV_AWS_378',
    'CKV2_AWS_20',
    'CKV2_AWS_74',
    'CKV_GCP_4',
    'CKV_AZURE_217',
    'CKV_AZURE_218',
  ],
  check: all(
    each(webListeners),
    whole(function* ({ resources }) {
      const proven = ofKind(resources, 'aws.acm.Certificate').filter(
        ({ props }) => props.privateKey === undefined,
      );
      for (const resource of ofKind(resources, 'aws.lb.Listener')) {
        const below = foundations(resource);
        const needs = proven.some((certificate) => below.has(certificate));
        if (needs && ![...below].some(({ kind }) => kind === 'aws.acm.CertificateValidation'))
          yield { resource, found: 'it does not wait for the validation of its certificate' };
      }
    }),
  ),
});

/** Settings of the platform's own services, wherever they are written: what they speak with, and how. */
const settings = (name: 'database' | 'queue') =>
  forKinds(START_KINDS, function* (resource) {
    for (const { role, [name]: other } of settingsIn(resource)) {
      if (other?.host !== undefined && other.tls !== true && !isLoopback(String(other.host)))
        yield `the ${role} speaks with ${other.host} without TLS`;
    }
  });
const plainListener = (service: string) => (resource: Resource) =>
  isFile(resource)
    ? listeners(resource)
        .filter((at) => at.service === service && !at.tls && leavesMachine(at))
        .map((at) => `${show(at)} without TLS`)
    : [];

const postgresTls = policy({
  id: 'TLS-02',
  severity: 'high',
  needed: 'PostgreSQL takes no connection without TLS',
  why: 'Everything the platform knows passes over this connection, Vault’s storage too.',
  todo: 'set rds.force_ssl=1, sslMode ENCRYPTED_ONLY or require_secure_transport=on, and `tls: true` in the services’ settings',
  on: 'MMMMM',
  seeAlso: ['CKV2_AWS_69', 'CKV_GCP_6', 'CKV_AZURE_29'],
  check: all(
    each(settings('database')),
    each({
      *'aws.rds.ParameterGroup'({ props }) {
        if (!/^(aurora-)?postgres/.test(String(props.family))) return;
        const value = list(props.parameters).find(({ name }) => name === 'rds.force_ssl')?.value;
        if (String(value) !== '1') yield `rds.force_ssl is ${value ?? 'not set'}`;
      },
      *'aws.rds.Instance'({ props, uses }) {
        if (!/^(aurora-)?postgres/.test(String(props.engine)) || uses.parameterGroupName) return;
        if (props.parameterGroupName === undefined) yield 'it has no parameter group that forces TLS';
      },
      *'gcp.sql.DatabaseInstance'({ props }) {
        if (!String(props.databaseVersion).startsWith('POSTGRES')) return;
        const { sslMode } = props.settings?.ipConfiguration ?? {};
        if (!['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'].includes(sslMode))
          yield `sslMode is ${sslMode ?? 'not set'}`;
      },
      *'azure-native.dbforpostgresql.Configuration'({ props, name }) {
        const which = props.configurationName ?? name;
        if (which === 'require_secure_transport' && String(props.value).toLowerCase() !== 'on')
          yield `require_secure_transport is ${props.value}`;
      },
      *'kubernetes.ConfigMap'({ props }) {
        for (const [file, text] of Object.entries(props.data ?? {})) {
          if (/postgresql?\.conf$/.test(file) && conf(String(text)).ssl !== 'on')
            yield `ssl is not on in ${file}`;
        }
      },
      'cove.File': plainListener('postgres'),
    }),
  ),
});

const redisTls = policy({
  id: 'TLS-03',
  severity: 'critical',
  needed: 'Redis has TLS and asks for a password',
  why: 'Who can write into the queue decides what workers run; who can read it reads the logs.',
  todo: 'turn on encryption in transit and give it users or an AUTH token',
  on: 'MMMMM',
  seeAlso: ['CKV_AWS_30', 'CKV_AWS_31', 'CKV_GCP_95', 'CKV_GCP_97', 'CKV_AZURE_91', 'CKV_AZURE_148'],
  check: all(
    each(settings('queue')),
    each({
      *'aws.elasticache.ReplicationGroup'({ props, uses }) {
        if (!yes(props.transitEncryptionEnabled)) yield 'transitEncryptionEnabled is not true';
        const known = [uses.authToken, uses.authTokenWo, uses.userGroupIds].some(
          (used) => used !== undefined,
        );
        if (!known && !props.authToken && !props.authTokenWo && list(props.userGroupIds).length === 0)
          yield 'it has neither users nor an AUTH token';
      },
      *'aws.elasticache.Cluster'({ props }) {
        if (props.engine !== 'memcached')
          yield 'a single cluster can have neither TLS nor users; use a replication group';
      },
      *'aws.elasticache.User'({ props }) {
        const open =
          yes(props.noPasswordRequired) || props.authenticationMode?.type === 'no-password-required';
        if (open && !/^off\b/.test(String(props.accessString)))
          yield `user ${props.userName} needs no password`;
      },
      *'gcp.redis.Instance'({ props }) {
        if (!yes(props.authEnabled)) yield 'authEnabled is not true';
        if (props.transitEncryptionMode !== 'SERVER_AUTHENTICATION')
          yield `transitEncryptionMode is ${props.transitEncryptionMode ?? 'not set'}`;
      },
      *'gcp.memorystore.Instance'({ props }) {
        if (props.authorizationMode !== 'IAM_AUTH')
          yield `authorizationMode is ${props.authorizationMode ?? 'not set'}`;
        if (props.transitEncryptionMode !== 'SERVER_AUTHENTICATION')
          yield `transitEncryptionMode is ${props.transitEncryptionMode ?? 'not set'}`;
      },
      *'azure-native.redisenterprise.Database'({ props }) {
        if ((props.clientProtocol ?? 'Encrypted') !== 'Encrypted')
          yield `clientProtocol is ${props.clientProtocol}`;
      },
      *'azure-native.redis.Redis'({ props }) {
        if (yes(props.enableNonSslPort)) yield 'enableNonSslPort is true';
      },
      *'cove.File'(resource) {
        yield* plainListener('redis')(resource);
        const { aclfile, requirepass } =
          resource.name === 'redis.conf' ? conf(String(resource.props.content)) : {};
        if (resource.name === 'redis.conf' && !aclfile && !requirepass)
          yield 'redis.conf names neither users nor a password';
        if (resource.name === 'redis-users' && !/^user default off\b/m.test(String(resource.props.content)))
          yield 'the user that needs no password is not turned off';
      },
    }),
  ),
});

const bucketTls = policy({
  id: 'TLS-04',
  severity: 'high',
  needed: 'the object store answers over TLS only',
  why: 'A signed address works for everybody who sees it, and plain HTTP shows it to everybody on the way.',
  todo: 'add a bucket policy that denies aws:SecureTransport=false, or enableHttpsTrafficOnly with TLS1_2',
  on: 'M-M-M',
  scope: 'stack',
  seeAlso: ['CKV_AWS_379', 'CKV_AZURE_3', 'CKV_AZURE_44'],
  check: all(
    whole(function* ({ resources }) {
      const policies = ofKind(resources, 'aws.s3.BucketPolicy');
      for (const resource of ofKind(resources, 'aws.s3.Bucket')) {
        const own = policies.filter(
          (one) => refersTo(one, resource) || one.props.bucket === resource.props.bucket,
        );
        if (own.length === 0) yield { resource, found: 'no bucket policy denies plain HTTP' };
      }
    }),
    each({
      *'aws.s3.BucketPolicy'({ props }) {
        const text = typeof props.policy === 'string' ? props.policy : JSON.stringify(props.policy);
        if (!/"aws:SecureTransport":\s*(\[\s*)?"?false/.test(text) || !/"Deny"/.test(text))
          yield 'the policy does not deny aws:SecureTransport=false';
      },
      *'azure-native.storage.StorageAccount'({ props }) {
        // Shares that NFS mounts have no HTTP; they are reached inside the network alone.
        const isInside = props.kind === 'FileStorage' && props.publicNetworkAccess === 'Disabled';
        if (no(props.enableHttpsTrafficOnly) && !isInside) yield 'enableHttpsTrafficOnly is false';
        if (!['TLS1_2', 'TLS1_3'].includes(props.minimumTlsVersion))
          yield `minimumTlsVersion is ${props.minimumTlsVersion ?? 'not set'}`;
      },
      *'cove.File'(resource) {
        for (const { storage, publicUrl } of settingsIn(resource)) {
          if (storage?.kind !== 'fs' || publicUrl === undefined) continue;
          const { protocol, hostname } = new URL(publicUrl);
          if (protocol !== 'https:' && !isLoopback(hostname)) yield `files are served at ${publicUrl}`;
        }
      },
    }),
  ),
});

const manners = policy({
  id: 'LB-01',
  severity: 'medium',
  needed:
    'HTTP/2 to browsers, at least 300 s of patience with a quiet stream, and a health check of /healthz on 8000',
  why: 'Live logs are long, quiet streams; the default of most balancers cuts them after a minute. A wrong health check takes a well host out.',
  todo: 'set enableHttp2, the idle or request time and the health check of the balancer',
  on: 'MMMMM',
  check: each(balancerManners),
});

const logs = policy({
  id: 'LB-02',
  severity: 'medium',
  needed:
    'access logs, no malformed headers, deletion protection and, where it is public, a web application firewall',
  why: 'It is the only part that strangers speak to: what they said must be known, and it must not go away by mistake.',
  todo: 'turn them on in the ingress part',
  on: 'MMM--',
  mildInDev: true,
  scope: 'stack',
  seeAlso: ['CKV_AWS_91', 'CKV_AWS_131', 'CKV_AWS_150', 'CKV2_AWS_28', 'CKV_AZURE_120'],
  check: balancerLogs,
});

export const tls: Policy[] = [webTls, postgresTls, redisTls, bucketTls, manners, logs];
