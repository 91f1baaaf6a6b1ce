/** Jobs in a Kubernetes cluster, for an installation that lives elsewhere: no database, no storage, nobody comes in. */
import type { Choices } from '../components/choices.ts';
import { Joined } from '../components/kubernetes/joined.ts';
import { Network } from '../components/kubernetes/network.ts';
import { Registry } from '../components/kubernetes/registry.ts';
import { Scaler } from '../components/kubernetes/scaler.ts';
import { providerOf, workerStackSiteOf } from '../components/kubernetes/site.ts';
import { Workers } from '../components/kubernetes/workers.ts';
import type { KubernetesWorkersConfig } from '../config/schema.ts';

export function kubernetesWorkers(name: string, config: KubernetesWorkersConfig, choices: Choices = {}) {
  const site = workerStackSiteOf(name, config, choices);
  const there = { providers: [providerOf(site)] };

  const network = new Network('network', { site }, there);
  const registry = new Registry('registry', { site }, there);
  const scaler = new Scaler('scaler', { site, network, registry }, there);
  const workers = new Workers('workers', { site, network, registry, stack: name }, there);

  return new Joined('joined', { site, registry, scaler, workers }, there).parts;
}
