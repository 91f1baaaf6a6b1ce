/**
 * The way in: an application load balancer with HTTP/2 and TLS 1.2 or newer, Google's public one or one of the region's
 * inside. About 20 US dollars a month, and 10 for its firewall.
 */
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import type { AppHost } from './appHost.ts';
import type { Dns } from './dns.ts';
import { internalBalancer } from './ingress/internal.ts';
import { publicBalancer } from './ingress/public.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';

export interface IngressArgs {
  site: Site;
  network: Network;
  dns: Dns;
  appHost: AppHost;
}

export class Ingress extends pulumi.ComponentResource {
  /** Its address: what the public name leads to. */
  readonly host: pulumi.Output<string>;
  readonly records: pulumi.Output<DnsRecord[]>;

  constructor(name: string, args: IngressArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Ingress', name, {}, options);
    const { internal } = args.site.config.access;
    const { address } = internal
      ? internalBalancer(args, { parent: this })
      : publicBalancer(args, { parent: this });
    this.host = address.address;
    this.records = args.dns.lead(this.host);
    this.registerOutputs({ host: this.host, records: this.records });
  }
}
