/** A whole installation in a Kubernetes cluster. */
import type { Choices } from '../components/choices.ts';
import { AppHost } from '../components/kubernetes/appHost.ts';
import { Database } from '../components/kubernetes/database.ts';
import { Dns } from '../components/kubernetes/dns.ts';
import { EndpointHosts } from '../components/kubernetes/endpointHosts.ts';
import { Identity } from '../components/kubernetes/identity.ts';
import { Ingress } from '../components/kubernetes/ingress.ts';
import { Network } from '../components/kubernetes/network.ts';
import { Outputs } from '../components/kubernetes/outputs.ts';
import { Queue } from '../components/kubernetes/queue.ts';
import { Registry } from '../components/kubernetes/registry.ts';
import { providerOf, siteOf } from '../components/kubernetes/site.ts';
import { Storage } from '../components/kubernetes/storage.ts';
import { Vault } from '../components/kubernetes/vault.ts';
import { Workers } from '../components/kubernetes/workers.ts';
import type { KubernetesConfig } from '../config/schema.ts';

export function kubernetes(name: string, config: KubernetesConfig, choices: Choices = {}) {
  const site = siteOf(name, config, choices);
  const there = { providers: [providerOf(site)] };

  const network = new Network('network', { site }, there);
  const identity = new Identity('identity', { site, network }, there);
  const dns = new Dns('dns', { site, network }, there);

  const registry = new Registry('registry', { site }, there);
  const database = new Database('database', { site, network, identity, registry }, there);
  const queue = new Queue('queue', { site, network, identity, registry }, there);
  const storage = new Storage('storage', { site, network }, there);
  const vault = new Vault('vault', { site, network, identity }, there);

  const ingress = new Ingress('ingress', { site, network, dns }, there);
  const appHost = new AppHost(
    'appHost',
    { site, network, identity, registry, database, queue, storage, vault, ingress },
    there,
  );

  const workers = new Workers('workers', { site, network, registry }, there);
  new EndpointHosts('endpointHosts', { site, network, registry, workers }, there);

  return new Outputs('outputs', { site, identity, registry, ingress, appHost, workers }, there).parts;
}
