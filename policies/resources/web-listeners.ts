/** What speaks HTTP with people, per cloud (TLS-01). */
import type { Check } from '../policy.ts';
import { list, ofKind, type Props, refersTo } from '../resource.ts';
import { leavesMachine, listeners, show } from './local.ts';

/** Policies of AWS that begin at TLS 1.2: `ELBSecurityPolicy-TLS13-1-2-2021-06`, `…-TLS13-1-3-…`, `…-TLS-1-2-…`, `…-FS-1-2-…`. */
const AWS_MODERN = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS13-1-[23]$|TLS-1-2-|FS-1-2-)/;
const AZURE_MODERN = /^AppGwSslPolicy(2022|20170401S)/;

const redirects = (actions: Props): boolean =>
  list(actions).length > 0 &&
  list(actions).every(({ type, redirect }) => type === 'redirect' && redirect?.protocol === 'HTTPS');

export const webListeners: Record<string, Check> = {
  *'aws.lb.Listener'({ props }) {
    if (['HTTPS', 'TLS'].includes(props.protocol)) {
      if (!AWS_MODERN.test(String(props.sslPolicy ?? '')))
        yield `sslPolicy is ${props.sslPolicy ?? 'not set'}`;
    } else if (!redirects(props.defaultActions))
      yield `port ${props.port} answers over ${props.protocol ?? 'HTTP'}`;
  },
  *'gcp.compute.SSLPolicy'({ props }) {
    if (!['TLS_1_2', 'TLS_1_3'].includes(props.minTlsVersion))
      yield `minTlsVersion is ${props.minTlsVersion ?? 'TLS_1_0'}`;
  },
  *'gcp.compute.TargetHttpsProxy'({ props, uses }) {
    if (!props.sslPolicy && !uses.sslPolicy) yield 'it has no sslPolicy, so TLS 1.0 is taken';
  },
  *'gcp.compute.RegionTargetHttpsProxy'({ props, uses }) {
    if (!props.sslPolicy && !uses.sslPolicy) yield 'it has no sslPolicy, so TLS 1.0 is taken';
  },
  *'gcp.compute.TargetHttpProxy'(proxy, _facts, all) {
    yield* plainProxy(ofKind(all, 'gcp.compute.URLMap').filter((map) => refersTo(proxy, map)));
  },
  *'gcp.compute.RegionTargetHttpProxy'(proxy, _facts, all) {
    yield* plainProxy(ofKind(all, 'gcp.compute.RegionUrlMap').filter((map) => refersTo(proxy, map)));
  },
  *'azure-native.network.ApplicationGateway'({ props }) {
    const { policyName, minProtocolVersion } = props.sslPolicy ?? {};
    if (!AZURE_MODERN.test(String(policyName)) && !['TLSv1_2', 'TLSv1_3'].includes(minProtocolVersion))
      yield `its sslPolicy is ${policyName ?? minProtocolVersion ?? 'not set'}`;
    const redirected = list(props.requestRoutingRules)
      .filter(({ redirectConfiguration }) => redirectConfiguration !== undefined)
      .map(({ httpListener }) => String(httpListener?.id).split('/').at(-1));
    for (const { name, protocol } of list(props.httpListeners)) {
      if (String(protocol).toLowerCase() !== 'https' && !redirected.includes(name))
        yield `listener ${name} answers over ${protocol}`;
    }
  },
  *'kubernetes.Ingress'({ props }) {
    const covered = list(props.spec?.tls).flatMap(({ hosts }) => list(hosts));
    for (const { host } of list(props.spec?.rules)) {
      if (!covered.includes(host)) yield `${host ?? 'every host'} is served without TLS`;
    }
    if (list(props.spec?.tls).length === 0) yield 'it has no tls section';
  },
  *'kubernetes.Gateway'(gateway, _facts, all) {
    const listening = list(gateway.props.spec?.listeners);
    for (const { name, protocol } of listening) {
      if (['HTTPS', 'TLS'].includes(protocol)) continue;
      const routes = ofKind(all, 'kubernetes.HTTPRoute').filter(({ props }) =>
        list(props.spec?.parentRefs).some(({ sectionName }) => sectionName === name),
      );
      if (routes.length === 0 || !routes.every(({ props }) => list(props.spec?.rules).every(onlyRedirects)))
        yield `listener ${name} answers over ${protocol}`;
    }
  },
  *'cove.File'(file) {
    for (const at of listeners(file)) {
      if (at.service === 'api' && !at.tls && leavesMachine(at)) yield `${show(at)} over plain HTTP`;
    }
  },
};

function* plainProxy(maps: { props: Props }[]): Iterable<string> {
  if (!maps.some(({ props }) => props.defaultUrlRedirect?.httpsRedirect === true))
    yield 'it answers over plain HTTP';
}
const onlyRedirects = ({ filters, backendRefs }: Props): boolean =>
  list(backendRefs).length === 0 &&
  list(filters).some(
    ({ type, requestRedirect }) => type === 'RequestRedirect' && requestRedirect?.scheme === 'https',
  );
