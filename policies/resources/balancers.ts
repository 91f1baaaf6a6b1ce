/** How a load balancer behaves (LB-01) and is watched over (LB-02), per cloud. */
import { type Check, type Finding, forKinds, type Seen, untilUnknown } from '../policy.ts';
import { list, ofKind, type Props, type Resource, refersTo, yes } from '../resource.ts';
import { podContainers } from './text.ts';

/** Seconds that a quiet stream has to be borne with. */
export const PATIENCE = 300;
/** Also while a database fails over. */
const ALIVE = '/livez';
const HEALTH = { path: '/healthz', port: 8000 };

const impatient = (what: string, seconds: Props): string[] =>
  Number(seconds ?? 0) >= PATIENCE ? [] : [`${what} is ${seconds ?? 'not set'}, less than ${PATIENCE} s`];
const unhealthy = (path: Props, port: Props): string[] =>
  path === HEALTH.path && Number(port) === HEALTH.port
    ? []
    : [`it asks ${path ?? 'nothing'} on ${port ?? 'no port'}`];

const gcpHealth: Check = function* ({ props }) {
  const check = props.httpHealthCheck ?? props.httpsHealthCheck ?? props.http2HealthCheck;
  if (check === undefined) yield 'it does not ask over HTTP';
  // One for a group that mends itself asks whether the machine lives, and no load balancer is in the dark about it.
  else if (check.requestPath !== ALIVE) yield* unhealthy(check.requestPath, check.port ?? HEALTH.port);
};
const gcpBackend: Check = ({ props }) => impatient('timeoutSec', props.timeoutSec);
const READY = ['/healthz', '/readyz'];

export const balancerManners: Record<string, Check> = {
  *'aws.lb.LoadBalancer'({ props }) {
    if ((props.loadBalancerType ?? 'application') !== 'application') return;
    if (props.enableHttp2 === false) yield 'enableHttp2 is false';
    yield* impatient('idleTimeout', props.idleTimeout);
  },
  *'aws.lb.TargetGroup'({ props }) {
    const { path, port } = props.healthCheck ?? {};
    yield* unhealthy(path, port === undefined || port === 'traffic-port' ? props.port : port);
  },
  ...forKinds(['gcp.compute.BackendService', 'gcp.compute.RegionBackendService'], gcpBackend),
  ...forKinds(['gcp.compute.HealthCheck', 'gcp.compute.RegionHealthCheck'], gcpHealth),
  *'azure-native.network.ApplicationGateway'({ props }) {
    if (!yes(props.enableHttp2)) yield 'enableHttp2 is not true';
    for (const { requestTimeout } of list(props.backendHttpSettingsCollection))
      yield* impatient('requestTimeout', requestTimeout);
    const probes = list(props.probes);
    if (probes.length === 0) yield 'it has no probe';
    for (const { path, port } of probes) yield* unhealthy(path, port ?? HEALTH.port);
  },
  *'kubernetes.Deployment'(deployment) {
    for (const { name, ports, readinessProbe } of podContainers(deployment)) {
      if (!list(ports).some(({ containerPort }) => containerPort === HEALTH.port)) continue;
      const { path } = readinessProbe?.httpGet ?? {};
      if (!READY.includes(path))
        yield `container ${name} is asked ${path ?? 'nothing'}, not ${READY.join(' or ')}`;
    }
  },
  // Locally the API is its own balancer; it speaks HTTP/2 wherever it speaks TLS.
  *'cove.Service'({ name, props }) {
    if (name !== 'api') return;
    const path = props.probe?.kind === 'http' ? new URL(props.probe.url).pathname : undefined;
    if (!READY.includes(path ?? '')) yield `it is asked ${path ?? 'nothing'}, not ${READY.join(' or ')}`;
  },
  *'cove.File'({ props, name }) {
    if (name !== 'api.json') return;
    if (JSON.parse(String(props.content)).https === undefined)
      yield 'the API has no HTTPS listener, and HTTP/2 needs one';
  },
};

export function balancerLogs(seen: Seen): Finding[] {
  return seen.resources.flatMap((resource) => {
    const look = LOGS[resource.kind];
    return look === undefined
      ? []
      : [...untilUnknown(() => look(resource, seen.resources))].map((found) => ({ resource, found }));
  });
}

const isWatched = (resource: Resource, all: Resource[], kinds: string[], property: string) =>
  ofKind(all, ...kinds).some(
    (one) =>
      refersTo(one, resource, property) ||
      (resource.props.id !== undefined && one.props[property] === resource.props.id),
  );

const LOGS: Record<string, (resource: Resource, all: Resource[]) => Iterable<string>> = {
  *'aws.lb.LoadBalancer'(resource, all) {
    const { props } = resource;
    if (!yes(props.accessLogs?.enabled)) yield 'access logs are off';
    if (!yes(props.dropInvalidHeaderFields)) yield 'dropInvalidHeaderFields is not true';
    if (!yes(props.enableDeletionProtection)) yield 'enableDeletionProtection is not true';
    if (!yes(props.internal) && !isWatched(resource, all, ['aws.wafv2.WebAclAssociation'], 'resourceArn'))
      yield 'it is public and has no web application firewall';
  },
  *'gcp.compute.BackendService'({ props, uses }) {
    if (!yes(props.logConfig?.enable)) yield 'logConfig.enable is not true';
    const isPublic = /^EXTERNAL/.test(String(props.loadBalancingScheme ?? 'EXTERNAL'));
    if (isPublic && !props.securityPolicy && !uses.securityPolicy)
      yield 'it is public and has no securityPolicy';
  },
  *'azure-native.network.ApplicationGateway'(resource, all) {
    const { props, uses } = resource;
    if (!isWatched(resource, all, ['azure-native.monitor.DiagnosticSetting'], 'resourceUri'))
      yield 'no diagnostic setting keeps its access log';
    const isPublic = list(props.frontendIPConfigurations).some((ip) => ip.publicIPAddress !== undefined);
    if (isPublic && props.firewallPolicy === undefined && uses.firewallPolicy === undefined)
      yield 'it is public and has no firewallPolicy';
  },
};
