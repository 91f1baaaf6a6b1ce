/** K8S: what runs in a cluster, and what it may. */
import { all, each, forKinds, type Policy, policy, whole } from './policy.ts';
import { list, no, ofKind, type Props, type Resource, yes } from './resource.ts';
import { parseJson, podContainers, podSpec, WORKLOADS } from './resources/text.ts';

const merged = (pod: Props, container: Props, key: string): Props =>
  container.securityContext?.[key] ?? pod?.securityContext?.[key];

/** The restricted profile of Pod Security Standards, and a root file system that cannot be written. */
function* restricted(workload: Resource): Iterable<string> {
  const pod = podSpec(workload);
  for (const space of ['hostNetwork', 'hostPID', 'hostIPC']) if (yes(pod?.[space])) yield `${space} is true`;
  for (const { name, hostPath } of list(pod?.volumes)) {
    if (hostPath !== undefined) yield `volume ${name} is ${hostPath.path} of the node`;
  }
  for (const container of podContainers(workload)) {
    const { name, securityContext = {} } = container;
    if (!yes(merged(pod, container, 'runAsNonRoot'))) yield `${name} may run as root`;
    if (yes(securityContext.privileged)) yield `${name} is privileged`;
    if (!no(securityContext.allowPrivilegeEscalation)) yield `${name} may gain privileges`;
    if (!list(securityContext.capabilities?.drop).includes('ALL')) yield `${name} keeps capabilities`;
    if (!['RuntimeDefault', 'Localhost'].includes(merged(pod, container, 'seccompProfile')?.type))
      yield `${name} has no seccomp profile`;
    if (!yes(securityContext.readOnlyRootFilesystem)) yield `${name} can write into its image`;
  }
}

const pods = policy({
  id: 'K8S-01',
  severity: 'high',
  needed:
    'pods without root, privileges, capabilities or the node’s namespaces, sockets and folders, with seccomp and a read-only root',
  why: 'Who breaks out of a container with these is root on the node, and on all its other pods.',
  todo: 'set the security context as in the restricted profile of Pod Security; give writable places as emptyDir. On a machine that others use, take the `process` executor out',
  on: '---MA',
  seeAlso: [
    'CKV_K8S_16',
    'CKV_K8S_17',
    'CKV_K8S_18',
    'CKV_K8S_19',
    'CKV_K8S_20',
    'CKV_K8S_22',
    'CKV_K8S_23',
    'CKV_K8S_27',
    'CKV_K8S_31',
    'CKV_K8S_37',
  ],
  check: each({
    ...forKinds(WORKLOADS, restricted),
    *'cove.File'({ props }, { shared }) {
      const { role, executors, name } = parseJson(String(props.content ?? '')) ?? {};
      if (role === 'worker' && shared && list(executors).includes('process'))
        yield `${name} runs jobs without a container`;
    },
  }),
});

const SERVING = ['kubernetes.Deployment', 'kubernetes.StatefulSet', 'kubernetes.DaemonSet'];
const labelsOf = (workload: Resource): Record<string, string> =>
  workload.props.spec?.template?.metadata?.labels ?? {};
const selects = (selector: Props, labels: Record<string, string>): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);

const limits = policy({
  id: 'K8S-02',
  severity: 'medium',
  needed:
    'requests and limits, probes, a PodDisruptionBudget, and a default-deny NetworkPolicy in every namespace',
  why: 'Without them one pod starves its neighbours, a hung one keeps its traffic, a drained node takes the service down, and every pod speaks with every other.',
  todo: 'set resources and probes on the container, and add the budget and the policy beside it',
  on: '---M-',
  scope: 'stack',
  seeAlso: ['CKV_K8S_8', 'CKV_K8S_9', 'CKV_K8S_10', 'CKV_K8S_11', 'CKV_K8S_12', 'CKV_K8S_13', 'CKV2_K8S_6'],
  check: all(
    each(
      forKinds(WORKLOADS, function* (workload) {
        for (const { name, resources = {}, readinessProbe, livenessProbe } of podContainers(workload)) {
          const missing = ['requests', 'limits'].flatMap((kind) =>
            ['cpu', 'memory']
              .filter(
                (what) => resources[kind]?.[what] === undefined && !(kind === 'limits' && what === 'cpu'),
              )
              .map((what) => `${kind}.${what}`),
          );
          if (missing.length > 0) yield `${name} has no ${missing.join(', ')}`;
          const inits = list(podSpec(workload)?.initContainers).some((one) => one.name === name);
          if (SERVING.includes(workload.kind) && !inits && (readinessProbe ?? livenessProbe) === undefined)
            yield `${name} has no probe`;
        }
      }),
    ),
    whole(function* ({ resources }) {
      const budgets = ofKind(resources, 'kubernetes.PodDisruptionBudget');
      for (const resource of ofKind(resources, 'kubernetes.Deployment', 'kubernetes.StatefulSet')) {
        if (!budgets.some(({ props }) => selects(props.spec?.selector, labelsOf(resource))))
          yield { resource, found: 'no PodDisruptionBudget covers it' };
      }
      for (const namespace of namespacesOf(resources)) {
        const denied = ofKind(resources, 'kubernetes.NetworkPolicy').some(
          ({ props }) => props.metadata?.namespace === namespace && deniesAll(props.spec),
        );
        if (!denied) yield { found: `namespace ${namespace} has no default-deny NetworkPolicy` };
      }
    }),
  ),
});
const namespacesOf = (resources: Resource[]): string[] => [
  ...new Set(
    ofKind(resources, ...WORKLOADS).map(({ props }) => String(props.metadata?.namespace ?? 'default')),
  ),
];
const deniesAll = (spec: Props): boolean =>
  Object.keys(spec?.podSelector ?? {}).length === 0 &&
  list(spec?.policyTypes).includes('Ingress') &&
  list(spec?.ingress).length === 0;

/** Things of a cluster that no namespace holds. */
const CLUSTER_WIDE =
  /^kubernetes\.(Namespace|Cluster.*|StorageClass|PriorityClass|PersistentVolume|CustomResourceDefinition|GatewayClass|IngressClass|ValidatingAdmission.*|Provider)$/;

const access = policy({
  id: 'K8S-03',
  severity: 'high',
  needed:
    'a namespace of one’s own, no cluster-wide reading of secrets, no pods/exec, and no token in a pod that does not use it',
  why: 'In the default namespace lives everybody; a secret read across the cluster is every secret; exec is a shell in any container.',
  todo: 'name the namespace, use Roles instead of ClusterRoles, and set automountServiceAccountToken: false where no Role is bound',
  on: '---M-',
  scope: 'stack',
  seeAlso: ['CKV_K8S_21', 'CKV_K8S_38', 'CKV_K8S_41', 'CKV2_K8S_2', 'CKV2_K8S_5'],
  check: all(
    whole(function* ({ resources }) {
      for (const resource of resources.filter(
        ({ kind }) => kind.startsWith('kubernetes.') && !CLUSTER_WIDE.test(kind),
      )) {
        const namespace = resource.props.metadata?.namespace;
        if (namespace === undefined || namespace === 'default')
          yield { resource, found: 'it lies in the default namespace' };
      }
    }),
    each({
      ...forKinds(['kubernetes.Role', 'kubernetes.ClusterRole'], function* ({ props, kind }) {
        for (const { resources, verbs } of list(props.rules)) {
          const holds = (...names: string[]) => list(resources).some((one) => names.includes(one));
          const reads = list(verbs).some((one) => ['get', 'list', 'watch', '*'].includes(one));
          if (kind.endsWith('ClusterRole') && holds('secrets', '*') && reads)
            yield 'it reads secrets of the whole cluster';
          if (holds('pods/exec', 'pods/attach')) yield 'it allows pods/exec';
        }
      }),
      ...forKinds(WORKLOADS, function* (workload, _facts, resources) {
        const { serviceAccountName = 'default', automountServiceAccountToken } = podSpec(workload) ?? {};
        if (no(automountServiceAccountToken)) return;
        const account = ofKind(resources, 'kubernetes.ServiceAccount').find(
          ({ props }) => props.metadata?.name === serviceAccountName,
        );
        if (account !== undefined && no(account.props.automountServiceAccountToken)) return;
        const bound = ofKind(resources, 'kubernetes.RoleBinding').some(({ props }) =>
          list(props.subjects).some(({ name }) => name === serviceAccountName),
        );
        if (!bound) yield `it gets the token of ${serviceAccountName}, which no Role is bound to`;
      }),
    }),
  ),
});

export const kubernetes: Policy[] = [pods, limits, access];
