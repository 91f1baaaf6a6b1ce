/** Machines of Google Cloud for an installation that lives elsewhere: no database, no storage, nobody comes in. */
import * as pulumi from '@pulumi/pulumi';
import type { Choices } from '../components/choices.ts';
import { alarmChannels, monthlyBudget } from '../components/gcp/budget.ts';
import { Joined } from '../components/gcp/joined.ts';
import { Mounts } from '../components/gcp/mounts.ts';
import { Network } from '../components/gcp/network.ts';
import { Registry } from '../components/gcp/registry.ts';
import { Scaler } from '../components/gcp/scaler.ts';
import { providerOf, workerStackSiteOf } from '../components/gcp/site.ts';
import { WorkerIdentity } from '../components/gcp/workerIdentity.ts';
import { Workers } from '../components/gcp/workers.ts';
import type { GcpWorkersConfig } from '../config/schema.ts';

export function gcpWorkers(name: string, config: GcpWorkersConfig, choices: Choices = {}) {
  const site = workerStackSiteOf(name, config, choices);
  const provider = providerOf(site);
  const there = { providers: [provider] };
  // Where its machines find the installation.
  const appHost = { httpUrl: pulumi.output(config.joins.url) };

  const identity = new WorkerIdentity('identity', { site }, there);
  const network = new Network('network', { site }, there);
  const registry = new Registry('registry', { site, identity }, there);
  const scaler = new Scaler('scaler', { site, network, identity, registry }, there);

  const mounts = new Mounts('mounts', { site, network, identity }, there);
  const workers = new Workers('workers', { site, network, mounts, appHost, stack: name }, there);
  monthlyBudget(site, alarmChannels(site, { provider }), { provider });

  return new Joined('joined', { site, registry, scaler, workers }, there).parts;
}
