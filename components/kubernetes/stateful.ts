/** One pod with a volume of its own, a certificate, settings, and a Service: PostgreSQL and Valkey. */
import { StatefulSet } from '@pulumi/kubernetes/apps/v1/statefulSet.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { PersistentVolumeClaim } from '@pulumi/kubernetes/core/v1/persistentVolumeClaim.js';
import { Service } from '@pulumi/kubernetes/core/v1/service.js';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Size } from '../../config/checks/kubernetes-sizes.ts';
import type { Identity } from './identity.ts';
import { labelsOf, metaOf, selector } from './meta.ts';
import {
  containerSecurity,
  execProbe,
  OFFICIAL_USER,
  patient,
  podSecurity,
  resourcesOf,
  SECRET_MODE,
  scratch,
} from './pod.ts';
import type { Registry } from './registry.ts';
import { type Entry, filled } from './secret.ts';
import { guarded, type Site } from './site.ts';

export interface StatefulArgs {
  site: Site;
  identity: Identity;
  registry: Registry;
  image: string;
  size: Size;
  storageClass: string | undefined;
  port: number;
  /** Files below `/etc/cove`. */
  settings: Record<string, string>;
  /** Where its data lie. */
  dataPath: string;
  /** Folders that it writes besides. */
  scratch: string[];
  /** Secret that is mounted at `/run/cove/secrets/<name>`. */
  password: Entry;
  args: string[];
  env?: { name: string; value: string }[];
  /** Asked inside the pod. */
  probe: string[];
  /** Run before it, with its mounts. */
  prepare?: string[];
}
export const SECRETS = '/run/cove/secrets';
/** Certificate and key, as files. */
export const TLS = { certificate: '/run/cove/tls/tls.crt', key: '/run/cove/tls/tls.key' };

export interface Stateful {
  service: Service;
  volume: PersistentVolumeClaim;
  pods: StatefulSet;
}

export function stateful(
  name: 'database' | 'queue',
  args: StatefulArgs,
  options: pulumi.CustomResourceOptions,
): Stateful {
  const { site, identity, registry, size, password } = args;
  const meta = (own: pulumi.Input<string>) => metaOf(site, { name: own, component: name });
  const volume = volumeClaim(
    name,
    { site, component: name, size, storageClass: args.storageClass, guard: name },
    options,
  );
  const { certificate, key } = identity.authority.issue(site, name, { parent: options.parent });
  const tls = filled(
    `${name}-tls`,
    { site, component: name },
    certificate.apply((crt) => key.apply((pem) => ({ 'tls.crt': crt, 'tls.key': pem }))),
    options,
  );
  const settings = new ConfigMap(
    `${name}-settings`,
    { metadata: meta(`${name}-settings`), data: args.settings },
    options,
  );
  const container = {
    image: args.image,
    securityContext: containerSecurity(),
    resources: resourcesOf(size),
    volumeMounts: [
      { name: 'data', mountPath: args.dataPath },
      { name: 'settings', mountPath: '/etc/cove', readOnly: true },
      { name: 'secrets', mountPath: `${SECRETS}/${name}`, readOnly: true },
      { name: 'tls', mountPath: '/run/cove/tls', readOnly: true },
      ...args.scratch.map((mountPath, index) => ({ name: `scratch-${index}`, mountPath })),
    ],
  };
  const probe = execProbe(...args.probe);
  const service = new Service(
    name,
    {
      metadata: metaOf(site, { name, component: name, annotations: { 'pulumi.com/skipAwait': 'true' } }),
      spec: { selector: selector(site, name), ports: [{ name, port: args.port, targetPort: args.port }] },
    },
    options,
  );
  new PodDisruptionBudget(
    name,
    { metadata: meta(name), spec: { maxUnavailable: 1, selector: { matchLabels: selector(site, name) } } },
    options,
  );
  const pods = new StatefulSet(
    name,
    {
      metadata: meta(name),
      spec: {
        serviceName: service.metadata.name,
        replicas: 1,
        selector: { matchLabels: selector(site, name) },
        template: {
          metadata: { labels: labelsOf(site, name) },
          spec: {
            serviceAccountName: identity.accounts[name],
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            imagePullSecrets: registry.pullSecrets,
            securityContext: podSecurity(OFFICIAL_USER),
            terminationGracePeriodSeconds: 60,
            ...(args.prepare && {
              initContainers: [{ ...container, name: 'prepare', command: args.prepare }],
            }),
            containers: [
              {
                ...container,
                name,
                args: args.args,
                env: args.env ?? [],
                ports: [{ name, containerPort: args.port }],
                startupProbe: patient(probe),
                readinessProbe: probe,
                livenessProbe: { ...probe, failureThreshold: 6 },
              },
            ],
            volumes: [
              { name: 'data', persistentVolumeClaim: { claimName: volume.metadata.name } },
              { name: 'settings', configMap: { name: settings.metadata.name } },
              { name: 'secrets', secret: { secretName: password.secret, defaultMode: SECRET_MODE } },
              { name: 'tls', secret: { secretName: tls.secret, defaultMode: SECRET_MODE } },
              ...args.scratch.map((_, index) => scratch(`scratch-${index}`)),
            ],
          },
        },
      },
    },
    { ...options, dependsOn: [...password.ready, ...tls.ready] },
  );
  return { service, volume, pods };
}

interface VolumeArgs {
  site: Site;
  component: string;
  size: Pick<Size, 'diskGb'>;
  storageClass: string | undefined;
  /** What it is called in `destroy --purge`. */
  guard: string;
  /** Written by several pods. @default false */
  shared?: boolean;
}

/** A volume, guarded as what holds data is. */
export function volumeClaim(
  name: string,
  { site, component, size, storageClass, guard, shared = false }: VolumeArgs,
  options: pulumi.CustomResourceOptions,
): PersistentVolumeClaim {
  return new PersistentVolumeClaim(
    name,
    {
      // Many classes make a volume only for the first pod that wants it.
      metadata: metaOf(site, { name, component, annotations: { 'pulumi.com/skipAwait': 'true' } }),
      spec: {
        accessModes: [shared ? 'ReadWriteMany' : 'ReadWriteOnce'],
        ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
        resources: { requests: { storage: `${size.diskGb}Gi` } },
      },
    },
    { ...options, ...guarded(site, guard) },
  );
}
