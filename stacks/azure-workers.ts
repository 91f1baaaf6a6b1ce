/** Machines of Microsoft Azure for an installation that lives elsewhere: no database, no storage, nobody comes in. */
import * as pulumi from '@pulumi/pulumi';
import { monthlyBudget } from '../components/azure/budget.ts';
import { forgetVersionedTypes } from '../components/azure/former-types.ts';
import { Group } from '../components/azure/group.ts';
import { Joined } from '../components/azure/joined.ts';
import { Mounts } from '../components/azure/mounts.ts';
import { Network } from '../components/azure/network.ts';
import { Registry } from '../components/azure/registry.ts';
import { Scaler } from '../components/azure/scaler.ts';
import { providerOf, workerStackSiteOf } from '../components/azure/site.ts';
import { WorkerIdentity } from '../components/azure/workerIdentity.ts';
import { WorkerRecords } from '../components/azure/workerRecords.ts';
import { Workers } from '../components/azure/workers.ts';
import type { Choices } from '../components/choices.ts';
import type { AzureWorkersConfig } from '../config/schema.ts';

export function azureWorkers(name: string, config: AzureWorkersConfig, choices: Choices = {}) {
  const site = workerStackSiteOf(name, config, choices);
  const provider = providerOf(site);
  const there = { providers: [provider], transformations: [forgetVersionedTypes] };
  // Where its machines find the installation.
  const appHost = { httpUrl: pulumi.output(config.joins.url) };

  const group = new Group('group', { site }, there);
  const network = new Network('network', { site, group }, there);
  const identity = new WorkerIdentity('identity', { site, group, network }, there);
  const registry = new Registry('registry', { site, group, network }, there);
  const scaler = new Scaler('scaler', { site, group, network, identity, registry }, there);

  const mounts = new Mounts('mounts', { site, group, network }, there);
  const workers = new Workers(
    'workers',
    { site, group, network, identity, mounts, appHost, stack: name },
    there,
  );
  new WorkerRecords('records', { site, group, network, identity, scaler }, there);
  monthlyBudget(site, group, { provider });

  return new Joined('joined', { site, group, registry, scaler, workers }, there).parts;
}
