/** A whole installation in a project of Google Cloud. */
import type { Choices } from '../components/choices.ts';
import { AppHost } from '../components/gcp/appHost.ts';
import { Database } from '../components/gcp/database.ts';
import { Dns } from '../components/gcp/dns.ts';
import { EndpointHosts } from '../components/gcp/endpointHosts.ts';
import { Identity } from '../components/gcp/identity.ts';
import { Ingress } from '../components/gcp/ingress.ts';
import { Mounts } from '../components/gcp/mounts.ts';
import { Network } from '../components/gcp/network.ts';
import { Operations } from '../components/gcp/operations.ts';
import { Outputs } from '../components/gcp/outputs.ts';
import { Queue } from '../components/gcp/queue.ts';
import { Registry } from '../components/gcp/registry.ts';
import { providerOf, siteOf } from '../components/gcp/site.ts';
import { Storage } from '../components/gcp/storage.ts';
import { Vault } from '../components/gcp/vault.ts';
import { Workers } from '../components/gcp/workers.ts';
import type { GcpConfig } from '../config/schema.ts';

export function gcp(name: string, config: GcpConfig, choices: Choices = {}) {
  const site = siteOf(name, config, choices);
  const there = { providers: [providerOf(site)] };

  const identity = new Identity('identity', { site }, there);
  const network = new Network('network', { site }, there);
  const dns = new Dns('dns', { site }, there);

  const database = new Database('database', { site, network, identity }, there);
  const queue = new Queue('queue', { site, network, identity }, there);
  const storage = new Storage('storage', { site, identity }, there);
  const vault = new Vault('vault', { site, identity }, there);
  const registry = new Registry('registry', { site, identity }, there);

  const appHost = new AppHost(
    'appHost',
    { site, network, identity, registry, database, queue, storage, vault },
    there,
  );
  // Google's load balancer names the group that it leads to, and not the other way round.
  const ingress = new Ingress('ingress', { site, network, dns, appHost }, there);

  const mounts = new Mounts('mounts', { site, network, identity }, there);
  const workers = new Workers('workers', { site, network, mounts, appHost: appHost.parts }, there);
  new EndpointHosts('endpointHosts', { site, network, workers, appHost: appHost.parts }, there);
  const operations = new Operations('operations', { site, appHost, database, queue }, there);

  return new Outputs('outputs', { site, identity, registry, ingress, appHost, workers, operations }, there)
    .parts;
}
