/** The worker stack's entry at the installation that it joins. */
import type * as pulumi from '@pulumi/pulumi';
import { StackEntry } from '../joined.ts';
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

export class Joined extends StackEntry {
  constructor(name: string, args: JoinedArgs, options?: pulumi.ComponentResourceOptions) {
    const { site } = args;
    const { environments } = site.config;
    super(
      'cove:gcp:Joined',
      name,
      {
        ...args,
        target: 'gcp',
        environments: environments.map((environment) => environmentBoot(site, environment)),
        egress: egressOf(site.config),
      },
      options,
    );
  }
}
