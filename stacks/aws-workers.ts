/** Machines of Amazon Web Services for an installation that lives elsewhere: no database, no storage, nobody comes in. */
import * as pulumi from '@pulumi/pulumi';
import { monthlyBudget } from '../components/aws/budget.ts';
import { Joined } from '../components/aws/joined.ts';
import { Mounts } from '../components/aws/mounts.ts';
import { Network } from '../components/aws/network.ts';
import { Registry } from '../components/aws/registry.ts';
import { Scaler } from '../components/aws/scaler.ts';
import { providerOf, workerStackSiteOf } from '../components/aws/site.ts';
import { WorkerIdentity } from '../components/aws/workerIdentity.ts';
import { Workers } from '../components/aws/workers.ts';
import type { Choices } from '../components/choices.ts';
import type { AwsWorkersConfig } from '../config/schema.ts';

export function awsWorkers(name: string, config: AwsWorkersConfig, choices: Choices = {}) {
  const site = workerStackSiteOf(name, config, choices);
  const provider = providerOf(site);
  const there = { providers: [provider] };
  // Where its machines find the installation.
  const appHost = { httpUrl: pulumi.output(config.joins.url) };

  const identity = new WorkerIdentity('identity', { site }, there);
  const network = new Network('network', { site, identity }, there);
  const registry = new Registry('registry', { site, identity }, there);
  const scaler = new Scaler('scaler', { site, network, identity, registry }, there);

  const mounts = new Mounts('mounts', { site, network, identity }, there);
  const workers = new Workers('workers', { site, network, identity, mounts, appHost, stack: name }, there);
  monthlyBudget(site, { provider });

  return new Joined('joined', { site, registry, scaler, workers }, there).parts;
}
