/**
 * The way in: an application load balancer with HTTP/2 and TLS 1.2 or newer, in public subnets or inside. About 25 US
 * dollars a month, and 8 for its firewall in prod.
 */
import { Listener } from '@pulumi/aws/lb/listener.js';
import { LoadBalancer } from '@pulumi/aws/lb/loadBalancer.js';
import { TargetGroup } from '@pulumi/aws/lb/targetGroup.js';
import { WebAcl } from '@pulumi/aws/wafv2/webAcl.js';
import { WebAclAssociation } from '@pulumi/aws/wafv2/webAclAssociation.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import { balancerName } from '../naming.ts';
import type { Dns } from './dns.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import type { Storage } from './storage.ts';

/** Seconds without a byte until a connection is cut: live logs are quiet for long. The API keeps its side open longer. */
const IDLE_SECONDS = 3600;
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

export interface IngressArgs {
  site: Site;
  network: Network;
  dns: Dns;
  storage: Storage;
}

export class Ingress extends pulumi.ComponentResource {
  readonly targetGroup: TargetGroup;
  readonly balancer: LoadBalancer;
  readonly host: pulumi.Output<string>;
  readonly records: pulumi.Output<DnsRecord[]>;
  /** Requests pass once it is there. */
  readonly listener: Listener;

  constructor(
    name: string,
    { site, network, dns, storage }: IngressArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Ingress', name, {}, options);
    const { internal } = site.config.access;
    const within = { parent: this };
    this.balancer = new LoadBalancer(
      'ingress',
      {
        name: balancerName(site.name, 'web'),
        loadBalancerType: 'application',
        internal,
        subnets: internal ? network.subnets.app : network.subnets.public,
        securityGroups: [network.groups.ingress],
        enableHttp2: true,
        idleTimeout: IDLE_SECONDS,
        dropInvalidHeaderFields: true,
        enableDeletionProtection: site.sizes.deletionProtection && !site.purge.includes('ingress'),
        accessLogs: { enabled: true, bucket: storage.logs.bucket.id, prefix: 'ingress' },
      },
      { ...within, dependsOn: storage.logs.ready },
    );
    this.targetGroup = new TargetGroup(
      'api',
      {
        name: balancerName(site.name, 'api'),
        vpcId: network.vpcId,
        port: 8000,
        protocol: 'HTTP',
        targetType: 'instance',
        deregistrationDelay: 60,
        healthCheck: {
          path: '/healthz',
          port: '8000',
          protocol: 'HTTP',
          matcher: '200',
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      within,
    );
    this.listener = new Listener(
      'https',
      {
        loadBalancerArn: this.balancer.arn,
        port: 443,
        protocol: 'HTTPS',
        sslPolicy: TLS_POLICY,
        certificateArn: dns.certificateArn,
        defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.arn }],
      },
      within,
    );
    new Listener(
      'http',
      {
        loadBalancerArn: this.balancer.arn,
        port: 80,
        protocol: 'HTTP',
        defaultActions: [
          { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
        ],
      },
      within,
    );
    if (!internal && site.sizes.webFirewall) this.#firewall(site);
    this.host = this.balancer.dnsName;
    this.records = dns.lead(this.host, this.balancer.zoneId);
    this.registerOutputs({ host: this.host, records: this.records });
  }

  /** Known attackers and floods. Rules on bodies are left out: they would cut uploads of code and data. */
  #firewall(site: Site) {
    const visibility = (metricName: string) => ({
      cloudwatchMetricsEnabled: true,
      metricName: site.named(metricName),
      sampledRequestsEnabled: true,
    });
    const managed = (priority: number, rule: string) => ({
      name: rule,
      priority,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: rule } },
      visibilityConfig: visibility(rule),
    });
    const acl = new WebAcl(
      'firewall',
      {
        name: site.named('web'),
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        rules: [
          managed(1, 'AWSManagedRulesAmazonIpReputationList'),
          managed(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
          {
            name: 'flood',
            priority: 3,
            action: { block: {} },
            // Requests of one address in five minutes; a busy installation behind one NAT makes some thousands.
            statement: { rateBasedStatement: { limit: 20_000, aggregateKeyType: 'IP' } },
            visibilityConfig: visibility('flood'),
          },
        ],
        visibilityConfig: visibility('web'),
      },
      { parent: this },
    );
    new WebAclAssociation(
      'firewall',
      { webAclArn: acl.arn, resourceArn: this.balancer.arn },
      { parent: this },
    );
  }
}
