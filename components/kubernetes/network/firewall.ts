/** Who may speak with whom, as NetworkPolicies. Pure; `network.ts` makes them. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../config/schema.ts';
import { namedPorts, placesOf, speaks } from '../../named-ports.ts';
import { selector } from '../meta.ts';
import type { Space } from '../site.ts';

/** Pods that have rules of their own. */
export const PARTS = [
  'api',
  'scheduler',
  'bootstrap',
  'vault',
  'database',
  'backup',
  'queue',
  'scaler',
] as const;
export type PodPart = (typeof PARTS)[number];

const METADATA = '169.254.169.254/32';
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
const EVERYWHERE = '0.0.0.0/0';
/** The cluster's own API: its Service, and what stands behind it. */
const SERVER = [443, 6443];

export interface Peer {
  podSelector?: { matchLabels: Record<string, string> };
  namespaceSelector?: { matchLabels: Record<string, string> };
  ipBlock?: { cidr: string; except?: string[] };
}
export interface PolicyRule {
  to?: Peer[];
  from?: Peer[];
  ports?: { port: number; protocol: 'TCP' | 'UDP' }[];
}
export interface Policy {
  name: string;
  space: Space;
  component: string;
  spec: {
    podSelector: { matchLabels?: Record<string, string> };
    policyTypes: ('Ingress' | 'Egress')[];
    ingress?: PolicyRule[];
    egress?: PolicyRule[];
  };
}

const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: 'TCP' as const }));

/**
 * Where pods of Google's clusters get the token of their account: the metadata server, and what stands for it on each
 * node (Google Kubernetes Engine, "Create a cluster network policy": 169.254.169.252:988, with Dataplane V2 port 80).
 * In the other clouds the pod brings a token of its own, and that address would give it the node's identity.
 */
const GOOGLE: PolicyRule[] = [
  { to: [{ ipBlock: { cidr: METADATA } }], ports: tcp(80) },
  { to: [{ ipBlock: { cidr: '169.254.169.252/32' } }], ports: tcp(988) },
];
const GOOGLE_ACCOUNT = 'iam.gke.io/gcp-service-account';

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Of both namespaces. `jobs` are people's programs: they reach neither the platform nor each other. */
export const firewall = (site: Subject): Policy[] => [
  ...(['platform', 'jobs'] as const).flatMap((space) => walls(space)),
  ...('joins' in site.config ? [scalerPolicy(site)] : platformPolicies(site.name, site.config)),
  workerPolicy(site),
  jobPolicy(site),
  ...(site.config.serviceAccounts.some(asksGoogle) ? [identityPolicy(site)] : []),
];

const asksGoogle = ({ annotations }: { annotations: Record<string, string> }): boolean =>
  GOOGLE_ACCOUNT in annotations;

/** Labels of the pods of jobs by which they reach what gives them the identity of `serviceAccount`. */
export function identityLabels(
  { config }: Pick<Subject, 'config'>,
  serviceAccount?: string,
): Record<string, string> {
  const account = config.serviceAccounts.find(({ name }) => name === serviceAccount);
  return account !== undefined && asksGoogle(account) ? { 'cove/identity': 'google' } : {};
}

interface Subject {
  name: string;
  config: KubernetesConfig | KubernetesWorkersConfig;
}

/** Without the metadata service, unless it is there that the pods' identity comes from. */
const outside = ({ network }: Subject['config'], identity = false): Peer[] =>
  network.private
    ? PRIVATE.map((cidr) => ({ ipBlock: { cidr } }))
    : [{ ipBlock: identity ? { cidr: EVERYWHERE } : { cidr: EVERYWHERE, except: [METADATA] } }];

const policyOf = (name: string, component: PodPart, ingress: PolicyRule[], egress: PolicyRule[]): Policy => ({
  name: component,
  space: 'platform',
  component,
  spec: {
    podSelector: { matchLabels: selector({ name }, component) },
    policyTypes: ['Ingress', 'Egress'],
    ...(ingress.length > 0 && { ingress }),
    ...(egress.length > 0 && { egress }),
  },
});

function platformPolicies(name: string, config: KubernetesConfig): Policy[] {
  const pods = (...parts: PodPart[]): Peer[] =>
    parts.map((part) => ({ podSelector: { matchLabels: selector({ name }, part) } }));
  const platform = (component: PodPart, ingress: PolicyRule[], egress: PolicyRule[]) =>
    policyOf(name, component, ingress, egress);
  const hasIdentity = Object.keys(config.appHost.identityAnnotations).length > 0;
  const anywhere = outside(config, hasIdentity);
  const database: PolicyRule =
    config.database.kind === 'own'
      ? { to: pods('database'), ports: tcp(5432) }
      : { to: outside(config), ports: tcp(config.database.port) };
  const queue: PolicyRule =
    config.queue.kind === 'own'
      ? { to: pods('queue'), ports: tcp(6379) }
      : { to: outside(config), ports: tcp(config.queue.port) };
  const vault: PolicyRule =
    config.vault.kind === 'own'
      ? { to: pods('vault'), ports: tcp(8200) }
      : { to: outside(config), ports: tcp(Number(new URL(config.vault.address).port || 443)) };
  const services = [database, queue, vault];
  const server: PolicyRule = { to: outside(config), ports: tcp(...SERVER) };
  return [
    platform(
      'api',
      [{ from: [inNamespace(config.ingress.namespace)], ports: tcp(8000) }],
      // Git hosts, object stores, mail and webhooks may be anywhere.
      [...services, { to: anywhere }],
    ),
    platform('scheduler', [], [...services, { to: anywhere }]),
    platform('bootstrap', [], [...services, server]),
    ...(config.vault.kind === 'own'
      ? [platform('vault', [{ from: pods('api', 'scheduler', 'bootstrap'), ports: tcp(8200) }], [database])]
      : []),
    ...(config.database.kind === 'own'
      ? [
          platform(
            'database',
            [{ from: pods('api', 'scheduler', 'bootstrap', 'vault', 'backup'), ports: tcp(5432) }],
            [],
          ),
          platform('backup', [], [database]),
        ]
      : []),
    ...(config.queue.kind === 'own'
      ? [platform('queue', [{ from: pods('api', 'scheduler', 'bootstrap'), ports: tcp(6379) }], [])]
      : []),
  ];
}

/** The installation's address, and the cluster's own API. */
const scalerPolicy = ({ name, config }: Subject): Policy =>
  policyOf(
    name,
    'scaler',
    [],
    [
      ...proxiesOf(config),
      { to: outside(config), ports: tcp(...portsOf(config)) },
      ...namedRules(config, 'other'),
    ],
  );

/** The public name, the object store, and the cluster's own API; nothing of the platform's inside. */
const workerPolicy = ({ name, config }: Subject): Policy => ({
  name: 'worker',
  space: 'jobs',
  component: 'worker',
  spec: {
    podSelector: { matchLabels: selector({ name }, 'worker') },
    policyTypes: ['Egress'],
    egress: [
      ...proxiesOf(config),
      { to: outside(config), ports: tcp(...portsOf(config)) },
      ...namedRules(config, 'workers'),
    ],
  },
});

const jobPolicy = ({ name, config }: Subject): Policy => ({
  name: 'job',
  space: 'jobs',
  component: 'job',
  spec: {
    podSelector: { matchLabels: selector({ name }, 'job') },
    policyTypes: ['Egress'],
    egress: [
      ...(config.network.private
        ? []
        : [{ to: [{ ipBlock: { cidr: EVERYWHERE, except: [METADATA, ...PRIVATE] } }] }]),
      // A job goes through the proxy as everybody does, and it may stand in a private network.
      ...namedRules({ ...config, joins: undefined }, 'other'),
      ...config.reachable.map(({ cidr, port }) => ({ to: [{ ipBlock: { cidr } }], ports: tcp(port) })),
    ],
  },
});

const identityPolicy = ({ name }: Subject): Policy => ({
  name: 'job-identity',
  space: 'jobs',
  component: 'job',
  spec: {
    podSelector: { matchLabels: { ...selector({ name }, 'job'), 'cove/identity': 'google' } },
    policyTypes: ['Egress'],
    egress: GOOGLE,
  },
});

/** What the config names on ports of its own: a proxy, object stores, hosts of inputs. */
const namedRules = (
  config: Parameters<typeof namedPorts>[0] & { network: { private: boolean } },
  kind: 'workers' | 'other',
): PolicyRule[] =>
  namedPorts(config)
    .filter(({ who }) => speaks(who, kind))
    .map((one) => ({
      to: placesOf(one, config.network.private ? PRIVATE : [EVERYWHERE]).map((cidr) => ({
        ipBlock: { cidr, ...(cidr === EVERYWHERE && { except: [METADATA] }) },
      })),
      ports: tcp(one.port),
    }));

/** A cluster's own proxies are pods, whatever address leads to them. */
function proxiesOf(config: Subject['config']): PolicyRule[] {
  const namespace = 'joins' in config ? config.network.proxies : config.ingress.namespace;
  return namespace === undefined ? [] : [{ to: [inNamespace(namespace)] }];
}

/** Where a worker stack's installation listens, besides the usual. */
function portsOf(config: Subject['config']): number[] {
  const own = 'joins' in config ? Number(new URL(config.joins.url).port || 443) : 443;
  return [...new Set([own, ...SERVER])];
}

/** Nobody speaks with anybody; names may be asked for. */
function walls(space: Space): Policy[] {
  return [
    {
      name: 'default-deny',
      space,
      component: 'network',
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
    {
      name: 'names',
      space,
      component: 'network',
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
            ],
          },
        ],
      },
    },
  ];
}
