/** What the facts of a cluster mean for an installation, each with a cure. Pure. */
import { sizeOf } from '../../../../config/checks/kubernetes-sizes.ts';
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';
import type { Facts } from './facts.ts';

/** The oldest that has all that the stack uses (sidecars, `matchLabelKeys` and the like are not among it). */
const OLDEST = [1, 29] as const;

type AnyConfig = KubernetesConfig | KubernetesWorkersConfig;

export function judgeCluster(config: AnyConfig, facts: Facts): Finding[] {
  return [
    ...judgeVersion(facts.version),
    ...judgeRights(facts.lacking),
    ...('joins' in config ? [] : [...judgeIngress(config, facts), ...judgeIssuer(config, facts.issuers)]),
    ...judgeStorage(config, facts.storageClasses),
    ...judgeMissing(facts.missing),
    ...judgeRoom(config, facts.room),
  ];
}

export function judgeVersion(version: string): Finding[] {
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!isOld) return [ok('version', `Kubernetes ${version}`)];
  return [
    fail(
      'version',
      `Kubernetes ${version}`,
      `${OLDEST.join('.')} or newer`,
      'Upgrade the cluster, or take another one.',
    ),
  ];
}

export function judgeRights(lacking: string[]): Finding[] {
  if (lacking.length === 0) return [ok('rights', 'all that is needed')];
  const told = lacking.length > 6 ? [...lacking.slice(0, 6), `and ${lacking.length - 6} more`] : lacking;
  return [
    fail(
      'rights',
      `this login may not ${told.join(', ')}`,
      'every right that docs/kubernetes.md lists',
      'Let an administrator of the cluster bind the Role of docs/kubernetes.md to you.',
    ),
  ];
}

export function judgeIngress(
  { ingress }: Pick<KubernetesConfig, 'ingress'>,
  { gatewayClasses, ingressClasses }: Pick<Facts, 'gatewayClasses' | 'ingressClasses'>,
): Finding[] {
  const isGateway = ingress.kind === 'gateway';
  const what = isGateway ? 'GatewayClass' : 'IngressClass';
  const there = isGateway ? gatewayClasses : ingressClasses;
  if (there === undefined)
    return [
      fail(
        'ingress',
        'the cluster knows no Gateway API',
        `GatewayClass ${ingress.class}`,
        'Install a controller with Gateway API, or say ingress.kind: ingress.',
      ),
    ];
  if (there.includes(ingress.class)) return [ok('ingress', `${what} ${ingress.class}`)];
  return [
    fail(
      'ingress',
      `there is no ${what} ${ingress.class}; there is: ${there.join(', ') || 'none'}`,
      `${what} ${ingress.class}`,
      'Correct ingress.class, or install its controller.',
    ),
  ];
}

export function judgeIssuer(
  { certificate }: Pick<KubernetesConfig, 'certificate'>,
  issuers: string[] | undefined,
): Finding[] {
  if (certificate.kind === 'given') return [];
  const { issuer, issuerKind } = certificate;
  if (issuers?.includes(issuer)) return [ok('certificate', `${issuerKind} ${issuer}`)];
  const found =
    issuers === undefined
      ? 'cert-manager does not run in the cluster'
      : `there is no ${issuerKind} ${issuer}; there is: ${issuers.join(', ') || 'none'}`;
  return [
    fail(
      'certificate',
      found,
      `${issuerKind} ${issuer}`,
      'Install cert-manager and make the issuer, or say certificate.kind: given.',
    ),
  ];
}

export function judgeStorage(config: AnyConfig, classes: Facts['storageClasses']): Finding[] {
  const parts = 'joins' in config ? [] : [config.database, config.queue, config.storage];
  const own = parts.filter(({ kind }) => kind === 'own');
  const wanted = [...own, ...config.environments].map(
    (part) => (part as { storageClass?: string | undefined }).storageClass,
  );
  const names = classes.map(({ name }) => name);
  const unknown = [...new Set(wanted)].filter((name) => name !== undefined && !names.includes(name));
  const needsDefault = wanted.includes(undefined) && !classes.some(({ isDefault }) => isDefault);
  const there = `there is: ${names.join(', ') || 'none'}`;
  return [
    ...(unknown.length > 0
      ? [
          fail(
            'storage',
            `there is no StorageClass ${unknown.join(', ')}; ${there}`,
            'each of them',
            'Correct storageClass.',
          ),
        ]
      : []),
    ...(needsDefault
      ? [
          fail(
            'storage',
            `no StorageClass is the cluster's default; ${there}`,
            'a default, or a name for every volume',
            'Name a storageClass in the config, or mark one as the default.',
          ),
        ]
      : []),
    ...(unknown.length === 0 && !needsDefault
      ? [ok('storage', names.join(', ') || 'no volume is needed')]
      : []),
  ];
}

export const judgeMissing = (missing: string[]): Finding[] =>
  missing.map((what) =>
    fail(
      'given',
      `there is no ${what}`,
      `${what}, which the config names`,
      'Make it, or correct the config.',
    ),
  );

/** A scaler needs next to nothing. */
const partsOf = (config: AnyConfig) =>
  'joins' in config
    ? []
    : (['appHost', 'database', 'queue'] as const)
        .filter((part) => part === 'appHost' || config[part].kind === 'own')
        .map((part) => sizeOf(config, part));

/** Nodes that a cluster makes only when pods wait are not seen, so this never stops anybody. */
export function judgeRoom(config: AnyConfig, room: Facts['room']): Finding[] {
  const parts = partsOf(config);
  const cpus = parts.reduce((sum, part) => sum + part.cpus, 0);
  const memoryGb = parts.reduce((sum, part) => sum + part.memoryGb, 0);
  const todo = 'Add nodes, unless the cluster does so by itself when pods wait.';
  const findings: Finding[] = [];
  if (room.cpus < cpus || room.memoryGb < memoryGb)
    findings.push(
      warn(
        'room',
        `its nodes have ${room.cpus.toFixed(1)} CPUs and ${room.memoryGb.toFixed(1)} GiB in all`,
        `${cpus} CPUs and ${memoryGb} GiB for the platform alone`,
        todo,
      ),
    );
  const wantsGpu = config.environments.filter(({ gpus }) => gpus > 0).map(({ slug }) => slug);
  if (wantsGpu.length > 0 && room.gpus === 0)
    findings.push(
      warn(
        'room',
        'no node offers nvidia.com/gpu',
        `GPUs for ${wantsGpu.join(', ')}`,
        'Install the device plugin of NVIDIA, unless GPU nodes come only when pods wait.',
      ),
    );
  return findings.length > 0
    ? findings
    : [ok('room', `${room.cpus.toFixed(1)} CPUs, ${room.memoryGb.toFixed(1)} GiB`)];
}
