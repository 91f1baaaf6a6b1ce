/** OpenBao: a pod that keeps nothing, since its storage is PostgreSQL; TLS from the installation's own authority. */
import { rootCertificates } from 'node:tls';
import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { Service } from '@pulumi/kubernetes/core/v1/service.js';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget.js';
import type * as pulumi from '@pulumi/pulumi';
import { sizeOf } from '../../../config/checks/kubernetes-sizes.ts';
import type { ClusterBoot } from '../../boot/contract.ts';
import { FILES, vaultSettings } from '../../boot/settings.ts';
import type { AppHostArgs } from '../appHost.ts';
import { labelsOf, metaOf, selector } from '../meta.ts';
import {
  containerSecurity,
  httpProbe,
  OUR_USER,
  podSecurity,
  resourcesOf,
  SECRET_MODE,
  scratch,
} from '../pod.ts';
import type { Entry } from '../secret.ts';
import { inside, type Site } from '../site.ts';
import { VAULT_PORT } from '../vault.ts';
import { digestOf } from './pods.ts';

const SECRETS = '/run/cove/secrets/vault';
const TLS = '/run/cove/tls';
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Another listener than on a host of its own: it is asked from other nodes. Pure. */
export function clusterVaultSettings(boot: ClusterBoot, site: Pick<Site, 'namespaces'>): object {
  const host = inside(site as Site, 'vault');
  const tls = { tls_cert_file: `${TLS}/tls.crt`, tls_key_file: `${TLS}/tls.key`, tls_min_version: 'tls12' };
  return {
    ...vaultSettings(boot),
    listener: [{ tcp: { address: `0.0.0.0:${VAULT_PORT}`, ...tls } }],
    api_addr: `https://${host}:${VAULT_PORT}`,
    cluster_addr: `https://${host}:${VAULT_PORT + 1}`,
  };
}

/** Whoever comes first waits for it to be initialised, so one that is not yet counts as ready. */
const HEALTH = '/v1/sys/health?standbyok=true&uninitcode=200&sealedcode=200';

export function vaultPods(
  { site, identity, registry }: AppHostArgs,
  own: Record<'seal' | 'database' | 'tls', Entry>,
  boot: pulumi.Output<ClusterBoot>,
  options: pulumi.CustomResourceOptions,
): Deployment {
  const component = 'vault';
  const meta = (name: string, annotations = {}) => metaOf(site, { name, component, annotations });
  const files = boot.apply((known) => ({
    'vault.json': JSON.stringify(clusterVaultSettings(known, site)),
    [nameOf(FILES.vaultAuthorities)]: authorities(known.database.authority),
  }));
  const settings = new ConfigMap(
    'vault-settings',
    { metadata: meta('vault-settings'), data: files },
    options,
  );
  new Service(
    'vault',
    {
      metadata: meta('vault', { 'pulumi.com/skipAwait': 'true' }),
      spec: {
        selector: selector(site, component),
        ports: [{ name: 'https', port: VAULT_PORT, targetPort: VAULT_PORT }],
      },
    },
    options,
  );
  new PodDisruptionBudget(
    'vault',
    {
      metadata: meta('vault'),
      spec: { maxUnavailable: 1, selector: { matchLabels: selector(site, component) } },
    },
    options,
  );
  const probe = httpProbe(HEALTH, VAULT_PORT, 'HTTPS');
  return new Deployment(
    'vault',
    {
      metadata: meta('vault'),
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(site, component) },
        template: {
          metadata: {
            labels: labelsOf(site, component),
            annotations: { 'cove/settings': files.apply(digestOf) },
          },
          spec: {
            serviceAccountName: identity.accounts.vault,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            imagePullSecrets: registry.pullSecrets,
            securityContext: podSecurity(OUR_USER),
            containers: [
              {
                name: 'vault',
                image: registry.images.vault,
                ports: [{ name: 'https', containerPort: VAULT_PORT }],
                securityContext: containerSecurity(),
                resources: resourcesOf(sizeOf(site.config, 'appHost'), 1 / 4),
                readinessProbe: probe,
                livenessProbe: { ...probe, failureThreshold: 18 },
                volumeMounts: [
                  { name: 'settings', mountPath: '/etc/cove', readOnly: true },
                  { name: 'secrets', mountPath: SECRETS, readOnly: true },
                  { name: 'tls', mountPath: TLS, readOnly: true },
                  { name: 'tmp', mountPath: '/tmp' },
                ],
              },
            ],
            volumes: [
              {
                name: 'settings',
                configMap: {
                  name: settings.metadata.name,
                  items: [{ key: 'vault.json', path: 'vault.json' }],
                },
              },
              { name: 'secrets', projected: { defaultMode: SECRET_MODE, sources: sources(own, settings) } },
              { name: 'tls', secret: { secretName: own.tls.secret, defaultMode: SECRET_MODE } },
              scratch('tmp'),
            ],
          },
        },
      },
    },
    options,
  );
}

/** One folder with the files that `vaultSettings` names. */
const sources = (own: Record<'seal' | 'database', Entry>, settings: ConfigMap) => [
  { secret: { name: own.seal.secret, items: [{ key: own.seal.key, path: nameOf(FILES.vaultSeal) }] } },
  { secret: { name: own.database.secret, items: [{ key: 'pgpass', path: nameOf(FILES.vaultPgpass) }] } },
  {
    configMap: {
      name: settings.metadata.name,
      items: [{ key: nameOf(FILES.vaultAuthorities), path: nameOf(FILES.vaultAuthorities) }],
    },
  },
];

function authorities(who: ClusterBoot['database']['authority']): string {
  return typeof who === 'object' && who !== null ? who.pem : rootCertificates.join('\n');
}
