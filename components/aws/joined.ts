/** The worker stack's entry at the installation that it joins: made last, and the first to go, so that no job is sent into a void. */
import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerStackOutputs } from '../contract.ts';
import { WorkerStack } from '../workerStack.ts';
import { environmentBoot } from './appHost/environments.ts';
import { egressOf } from './egress.ts';
import type { Registry } from './registry.ts';
import type { Scaler } from './scaler.ts';
import type { WorkerStackSite } from './site.ts';
import type { Workers } from './workers.ts';

export interface JoinedArgs {
  site: WorkerStackSite;
  registry: Registry<'platform'>;
  scaler: Scaler;
  workers: Workers;
}

export class Joined extends pulumi.ComponentResource {
  readonly parts: WorkerStackOutputs;

  constructor(
    name: string,
    { site, registry, scaler, workers }: JoinedArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Joined', name, {}, options);
    const { joins, environments, region } = site.config;
    const authorities = site.certificateAuthorities;
    new WorkerStack(
      'stack',
      {
        apiUrl: joins.url,
        name: site.name,
        proof: scaler.proof,
        // The hash of 280 random bits tells nobody the token.
        tokenSha256: pulumi.unsecret(scaler.token.value!.apply(sha256)),
        environments: environments.map((environment) => environmentBoot(site, environment)),
        ...(authorities.length === 0 ? {} : { caPem: authorities.join('\n') }),
      },
      { parent: this, dependsOn: [scaler, workers] },
    );
    this.parts = {
      installation: site.name,
      publicUrl: joins.url,
      workers: {
        target: 'aws',
        region,
        scalerGroup: scaler.group,
        logGroup: scaler.logGroup,
        workerGroups: workers.groups,
        images: registry.images,
        egress: egressOf(site.config),
      },
    };
    this.registerOutputs(this.parts);
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
