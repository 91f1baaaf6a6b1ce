/** A load balancer of the region, inside the network. */
import { Address } from '@pulumi/gcp/compute/address.js';
import { ForwardingRule } from '@pulumi/gcp/compute/forwardingRule.js';
import { RegionBackendService } from '@pulumi/gcp/compute/regionBackendService.js';
import { RegionSecurityPolicy } from '@pulumi/gcp/compute/regionSecurityPolicy.js';
import { RegionSslPolicy } from '@pulumi/gcp/compute/regionSslPolicy.js';
import { RegionTargetHttpProxy } from '@pulumi/gcp/compute/regionTargetHttpProxy.js';
import { RegionTargetHttpsProxy } from '@pulumi/gcp/compute/regionTargetHttpsProxy.js';
import { RegionUrlMap } from '@pulumi/gcp/compute/regionUrlMap.js';
import type * as pulumi from '@pulumi/pulumi';
import type { IngressArgs } from '../ingress.ts';
import type { Site } from '../site.ts';
import { BACKEND, chunked, TO_HTTPS } from './common.ts';

const SCHEME = 'INTERNAL_MANAGED';

export function internalBalancer(
  { site, network, dns, appHost }: IngressArgs,
  options: pulumi.CustomResourceOptions,
): { address: Address } {
  const { named, labels, config } = site;
  const { region } = config;
  const address = new Address(
    'ingress',
    {
      name: named('web'),
      region,
      subnetwork: network.subnets.host,
      addressType: 'INTERNAL',
      // Ports 443 and 80 are two rules on one address.
      purpose: 'SHARED_LOADBALANCER_VIP',
      labels,
    },
    options,
  );
  const backend = new RegionBackendService(
    'api',
    {
      ...BACKEND,
      name: named('api'),
      region,
      loadBalancingScheme: SCHEME,
      backends: [{ group: appHost.instanceGroup, balancingMode: 'UTILIZATION', capacityScaler: 1 }],
      healthChecks: appHost.healthCheck.id,
      securityPolicy: firewall(site, options).selfLink,
    },
    options,
  );
  const tls = new RegionSslPolicy(
    'ingress',
    { name: named('web'), region, profile: 'MODERN', minTlsVersion: 'TLS_1_2' },
    options,
  );
  const urls = new RegionUrlMap(
    'https',
    { name: named('https'), region, defaultService: backend.id },
    options,
  );
  const https = new RegionTargetHttpsProxy(
    'https',
    {
      name: named('https'),
      region,
      urlMap: urls.id,
      certificateManagerCertificates: [dns.certificateId],
      sslPolicy: tls.id,
    },
    options,
  );
  const redirect = new RegionUrlMap(
    'http',
    { name: named('http'), region, defaultUrlRedirect: TO_HTTPS },
    options,
  );
  const http = new RegionTargetHttpProxy(
    'http',
    { name: named('http'), region, urlMap: redirect.id },
    options,
  );
  for (const [port, target] of [
    ['443', https],
    ['80', http],
  ] as const)
    new ForwardingRule(
      port === '443' ? 'https' : 'http',
      {
        name: named(port === '443' ? 'https' : 'http'),
        region,
        loadBalancingScheme: SCHEME,
        network: network.networkId,
        subnetwork: network.subnets.host,
        ipAddress: address.id,
        ipProtocol: 'TCP',
        portRange: port,
        target: target.id,
        labels,
      },
      { ...options, dependsOn: network.proxies },
    );
  return { address };
}

/** Who may come: firewalls of the VPC see the load balancer's proxies, not those behind them. */
function firewall(site: Site, options: pulumi.CustomResourceOptions): RegionSecurityPolicy {
  const { allowedCidrs } = site.config.access;
  const everybody = allowedCidrs.includes('0.0.0.0/0');
  const match = (srcIpRanges: string[]) => ({ versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges } });
  return new RegionSecurityPolicy(
    'firewall',
    {
      name: site.named('web'),
      region: site.config.region,
      description: `Cove ${site.name}: who may come`,
      type: 'CLOUD_ARMOR',
      rules: [
        ...chunked(allowedCidrs).map((ranges, index) => ({
          action: 'allow',
          priority: 1000 + index,
          match: match(ranges),
        })),
        { action: everybody ? 'allow' : 'deny(403)', priority: 2_147_483_647, match: match(['*']) },
      ],
    },
    options,
  );
}
