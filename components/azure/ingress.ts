/**
 * The way in: an application gateway with HTTP/2 and TLS 1.2 or newer, with a public address or inside alone. About 200
 * US dollars a month, 350 with its firewall in prod.
 */
import { ApplicationGateway } from '@pulumi/azure-native/network/applicationGateway.js';
import { PublicIPAddress } from '@pulumi/azure-native/network/publicIPAddress.js';
import { WebApplicationFirewallPolicy } from '@pulumi/azure-native/network/webApplicationFirewallPolicy.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import { givenOrOwnAccount } from './accounts.ts';
import type { Dns } from './dns.ts';
import type { Group } from './group.ts';
import type { Network } from './network.ts';
import { grant, ROLES } from './role.ts';
import type { Site } from './site.ts';

/** Seconds without a byte until a connection is cut: live logs are quiet for long. The API keeps its side open longer. */
const IDLE_SECONDS = 3600;
const TLS_POLICY = 'AppGwSslPolicy20220101';

export interface IngressArgs {
  site: Site;
  group: Group;
  network: Network;
  dns: Dns;
}

export class Ingress extends pulumi.ComponentResource {
  readonly gateway: ApplicationGateway;
  /** Id of the pool that the application host joins. */
  readonly pool: pulumi.Output<string>;
  /** Its address. */
  readonly host: pulumi.Output<string>;
  readonly records: pulumi.Output<DnsRecord[]>;

  constructor(
    name: string,
    { site, group, network, dns }: IngressArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Ingress', name, {}, options);
    const { internal } = site.config.access;
    const within = { parent: this };
    const given = site.config.given.ingressIdentity;
    const reader = givenOrOwnAccount(given, 'ingress', { site, group }, within);
    const read = {
      site,
      principalId: reader.principalId,
      role: ROLES.secretsUser,
      scope: dns.certificateId,
    };
    const mayRead = given === undefined ? [grant('ingress-certificate', read, within)] : [];
    const address = internal ? undefined : this.#address(site, group);
    const firewall = !internal && site.sizes.webFirewall ? this.#firewall(site, group) : undefined;
    const gatewayName = site.named('web');
    const part = (kind: string, of: string) => ({
      id: pulumi.interpolate`${group.id}/providers/Microsoft.Network/applicationGateways/${gatewayName}/${kind}/${of}`,
    });
    const tier = firewall === undefined ? 'Standard_v2' : 'WAF_v2';
    this.gateway = new ApplicationGateway(
      'ingress',
      {
        ...group.place,
        applicationGatewayName: gatewayName,
        sku: { name: tier, tier },
        autoscaleConfiguration: { minCapacity: site.config.profile === 'prod' ? 1 : 0, maxCapacity: 10 },
        ...(site.zones.length === 0 ? {} : { zones: site.zones }),
        identity: { type: 'UserAssigned', userAssignedIdentities: [reader.id] },
        enableHttp2: true,
        sslPolicy: { policyType: 'Predefined', policyName: TLS_POLICY },
        ...(firewall === undefined ? {} : { firewallPolicy: { id: firewall.id } }),
        gatewayIPConfigurations: [{ name: 'subnet', subnet: { id: network.subnets.ingress } }],
        frontendIPConfigurations: [
          address === undefined
            ? {
                name: 'web',
                privateIPAllocationMethod: 'Dynamic',
                subnet: { id: network.subnets.ingress },
              }
            : { name: 'web', publicIPAddress: { id: address.id } },
        ],
        frontendPorts: [
          { name: 'https', port: 443 },
          { name: 'http', port: 80 },
        ],
        sslCertificates: [{ name: 'public-name', keyVaultSecretId: dns.certificateSecret }],
        backendAddressPools: [{ name: 'api' }],
        probes: [
          {
            name: 'api',
            protocol: 'Http',
            host: '127.0.0.1',
            path: '/healthz',
            port: 8000,
            interval: 10,
            timeout: 5,
            unhealthyThreshold: 3,
            match: { statusCodes: ['200'] },
          },
        ],
        backendHttpSettingsCollection: [
          {
            name: 'api',
            port: 8000,
            protocol: 'Http',
            cookieBasedAffinity: 'Disabled',
            requestTimeout: IDLE_SECONDS,
            connectionDraining: { enabled: true, drainTimeoutInSec: 60 },
            probe: part('probes', 'api'),
          },
        ],
        httpListeners: [
          {
            name: 'https',
            protocol: 'Https',
            frontendIPConfiguration: part('frontendIPConfigurations', 'web'),
            frontendPort: part('frontendPorts', 'https'),
            sslCertificate: part('sslCertificates', 'public-name'),
          },
          {
            name: 'http',
            protocol: 'Http',
            frontendIPConfiguration: part('frontendIPConfigurations', 'web'),
            frontendPort: part('frontendPorts', 'http'),
          },
        ],
        redirectConfigurations: [
          {
            name: 'https',
            redirectType: 'Permanent',
            targetListener: part('httpListeners', 'https'),
            includePath: true,
            includeQueryString: true,
          },
        ],
        requestRoutingRules: [
          {
            name: 'api',
            ruleType: 'Basic',
            priority: 10,
            httpListener: part('httpListeners', 'https'),
            backendAddressPool: part('backendAddressPools', 'api'),
            backendHttpSettings: part('backendHttpSettingsCollection', 'api'),
          },
          {
            name: 'redirect',
            ruleType: 'Basic',
            priority: 20,
            httpListener: part('httpListeners', 'http'),
            redirectConfiguration: part('redirectConfigurations', 'https'),
          },
        ],
      },
      { ...within, dependsOn: [...mayRead, ...network.ways] },
    );
    this.pool = pulumi.interpolate`${this.gateway.id}/backendAddressPools/api`;
    this.host =
      address === undefined
        ? this.gateway.frontendIPConfigurations.apply((all) => all?.[0]?.privateIPAddress ?? '')
        : address.ipAddress.apply((ip) => ip ?? '');
    this.records = dns.lead(this.host);
    this.registerOutputs({ host: this.host, records: this.records });
  }

  #address(site: Site, group: Group): PublicIPAddress {
    return new PublicIPAddress(
      'ingress',
      {
        ...group.place,
        publicIpAddressName: site.named('web'),
        sku: { name: 'Standard' },
        publicIPAllocationMethod: 'Static',
        ...(site.zones.length === 0 ? {} : { zones: site.zones }),
      },
      { parent: this },
    );
  }

  /** Known attackers and floods. Bodies are not looked into: that would cut uploads of code and data. */
  #firewall(site: Site, group: Group): WebApplicationFirewallPolicy {
    return new WebApplicationFirewallPolicy(
      'firewall',
      {
        ...group.place,
        policyName: site.named('web').replaceAll('-', ''),
        policySettings: { state: 'Enabled', mode: 'Prevention', requestBodyCheck: false },
        managedRules: {
          managedRuleSets: [{ ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' }],
        },
        customRules: [
          {
            name: 'flood',
            priority: 10,
            ruleType: 'RateLimitRule',
            action: 'Block',
            // Requests of one address in five minutes; a busy installation behind one NAT makes some thousands.
            rateLimitDuration: 'FiveMins',
            rateLimitThreshold: 20_000,
            groupByUserSession: [{ groupByVariables: [{ variableName: 'ClientAddr' }] }],
            matchConditions: [
              {
                matchVariables: [{ variableName: 'RequestUri' }],
                operator: 'Contains',
                matchValues: ['/'],
              },
            ],
          },
        ],
      },
      { parent: this },
    );
  }
}
