/** The worker stack's entry at the installation that it joins. */
import type * as pulumi from '@pulumi/pulumi';
import { StackEntry } from '../joined.ts';
import { environmentBoot } from './appHost/environments.ts';
import { egressOf } from './egress.ts';
import type { Group } from './group.ts';
import type { Registry } from './registry.ts';
import type { Scaler } from './scaler.ts';
import type { WorkerStackSite } from './site.ts';
import type { Workers } from './workers.ts';

export interface JoinedArgs {
  site: WorkerStackSite;
  group: Group;
  registry: Registry<'platform'>;
  scaler: Scaler;
  workers: Workers;
}

export class Joined extends StackEntry {
  constructor(name: string, args: JoinedArgs, options?: pulumi.ComponentResourceOptions) {
    const { site, group } = args;
    const { environments } = site.config;
    super(
      'cove:azure:Joined',
      name,
      {
        ...args,
        target: 'azure',
        environments: group.place.resourceGroupName.apply((resourceGroup) =>
          environments.map((environment) => environmentBoot(site, resourceGroup, environment)),
        ),
        egress: egressOf(site.name, site.config),
      },
      options,
    );
  }
}
