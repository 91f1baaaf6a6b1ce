/** Google's global load balancer, and the firewall that stands before it: those of the VPC do not see its users. */
import { CertificateMap } from '@pulumi/gcp/certificatemanager/certificateMap.js';
import { CertificateMapEntry } from '@pulumi/gcp/certificatemanager/certificateMapEntry.js';
import { BackendService } from '@pulumi/gcp/compute/backendService.js';
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress.js';
import { GlobalForwardingRule } from '@pulumi/gcp/compute/globalForwardingRule.js';
import { SecurityPolicy } from '@pulumi/gcp/compute/securityPolicy.js';
import { SSLPolicy } from '@pulumi/gcp/compute/sslpolicy.js';
import { TargetHttpProxy } from '@pulumi/gcp/compute/targetHttpProxy.js';
import { TargetHttpsProxy } from '@pulumi/gcp/compute/targetHttpsProxy.js';
import { URLMap } from '@pulumi/gcp/compute/urlmap.js';
import * as pulumi from '@pulumi/pulumi';
import type { IngressArgs } from '../ingress.ts';
import type { Network } from '../network.ts';
import type { Site } from '../site.ts';
import { BACKEND, chunked, TO_HTTPS } from './common.ts';

const SCHEME = 'EXTERNAL_MANAGED';

export function publicBalancer(
  { site, network, dns, appHost }: IngressArgs,
  options: pulumi.CustomResourceOptions,
): { address: GlobalAddress } {
  const { named, labels, config } = site;
  const address = new GlobalAddress('ingress', { name: named('web'), labels }, options);
  const backend = new BackendService(
    'api',
    {
      ...BACKEND,
      name: named('api'),
      loadBalancingScheme: SCHEME,
      backends: [{ group: appHost.instanceGroup, balancingMode: 'UTILIZATION', capacityScaler: 1 }],
      healthChecks: appHost.healthCheck.id,
      securityPolicy: firewall(site, network, options).selfLink,
    },
    options,
  );
  const certificates = new CertificateMap('ingress', { name: named('web'), labels }, options);
  const entry = new CertificateMapEntry(
    'ingress',
    {
      name: named('web'),
      map: certificates.name,
      hostname: config.publicName,
      certificates: [dns.certificateId],
      labels,
    },
    options,
  );
  const tls = new SSLPolicy(
    'ingress',
    { name: named('web'), profile: 'MODERN', minTlsVersion: 'TLS_1_2' },
    options,
  );
  const urls = new URLMap('https', { name: named('https'), defaultService: backend.id }, options);
  const https = new TargetHttpsProxy(
    'https',
    {
      name: named('https'),
      urlMap: urls.id,
      certificateMap: pulumi.interpolate`//certificatemanager.googleapis.com/${certificates.id}`,
      sslPolicy: tls.id,
      quicOverride: 'NONE',
    },
    { ...options, dependsOn: entry },
  );
  const redirect = new URLMap('http', { name: named('http'), defaultUrlRedirect: TO_HTTPS }, options);
  const http = new TargetHttpProxy('http', { name: named('http'), urlMap: redirect.id }, options);
  for (const [port, target] of [
    ['443', https],
    ['80', http],
  ] as const)
    new GlobalForwardingRule(
      port === '443' ? 'https' : 'http',
      {
        name: named(port === '443' ? 'https' : 'http'),
        loadBalancingScheme: SCHEME,
        ipAddress: address.address,
        ipProtocol: 'TCP',
        portRange: port,
        target: target.id,
        labels,
      },
      options,
    );
  return { address };
}

/** Cloud Armor: who may come at all; and in prod known attacks and floods are kept out. */
function firewall(site: Site, network: Network, options: pulumi.CustomResourceOptions): SecurityPolicy {
  const { allowedCidrs } = site.config.access;
  const everybody = allowedCidrs.includes('0.0.0.0/0');
  // Where everybody may come, our own machines may as well.
  const rules = pulumi.all(everybody ? [] : network.natAddresses).apply((own) => [
    ...(site.sizes.webFirewall ? [flood] : []),
    ...chunked([...allowedCidrs, ...own.map((one) => `${one}/32`)]).map((srcIpRanges, index) => ({
      action: 'allow',
      priority: 1000 + index,
      description: 'people, clients and machines of the installation',
      match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges } },
    })),
    {
      action: everybody ? 'allow' : 'deny(403)',
      priority: 2_147_483_647,
      description: 'everybody else',
      match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
    },
  ]);
  return new SecurityPolicy(
    'firewall',
    { name: site.named('web'), description: `Cove ${site.name}: who may come`, rules },
    options,
  );
}

/** Requests of one address; a busy installation behind one NAT makes some thousands in five minutes. */
const flood = {
  action: 'throttle',
  priority: 900,
  description: 'floods',
  match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
  rateLimitOptions: {
    enforceOnKey: 'IP',
    conformAction: 'allow',
    exceedAction: 'deny(429)',
    rateLimitThreshold: { count: 20_000, intervalSec: 300 },
  },
};
