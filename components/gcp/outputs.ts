/** What an installation tells about itself: addresses and names, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { CloudOutputs, InstallationOutputs } from '../contract.ts';
import type { AppHost } from './appHost.ts';
import { egressOf } from './egress.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import type { Operations } from './operations.ts';
import type { Registry } from './registry.ts';
import type { Site } from './site.ts';
import type { Workers } from './workers.ts';

export interface OutputsArgs {
  site: Site;
  identity: Identity;
  registry: Registry;
  ingress: Ingress;
  appHost: AppHost;
  workers: Workers;
  operations: Operations;
}

export class Outputs extends pulumi.ComponentResource {
  readonly parts: InstallationOutputs & { cloud: CloudOutputs };

  constructor(name: string, args: OutputsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Outputs', name, {}, options);
    const { site, identity, registry, ingress, appHost, workers, operations } = args;
    this.parts = {
      installation: site.name,
      httpUrl: appHost.parts.httpUrl,
      publicUrl: appHost.parts.publicUrl,
      administrator: site.config.administrator.username,
      cloud: {
        target: 'gcp',
        region: site.config.region,
        dnsRecords: ingress.records,
        ingressHost: ingress.host,
        secrets: Object.fromEntries(Object.entries(identity.written).map(([entry, { id }]) => [entry, id])),
        appHostGroup: appHost.group,
        logGroup: operations.logBucket,
        workerGroups: workers.groups,
        images: registry.images,
        egress: egressOf(site.config),
      },
    };
    this.registerOutputs(this.parts);
  }
}
