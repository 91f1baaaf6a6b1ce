/** A whole installation in an account of Amazon Web Services. */
import { AppHost } from '../components/aws/appHost.ts';
import { Database } from '../components/aws/database.ts';
import { Dns } from '../components/aws/dns.ts';
import { EndpointHosts } from '../components/aws/endpointHosts.ts';
import { Identity } from '../components/aws/identity.ts';
import { Ingress } from '../components/aws/ingress.ts';
import { Mounts } from '../components/aws/mounts.ts';
import { Network } from '../components/aws/network.ts';
import { Operations } from '../components/aws/operations.ts';
import { Outputs } from '../components/aws/outputs.ts';
import { Queue } from '../components/aws/queue.ts';
import { Registry } from '../components/aws/registry.ts';
import { providerOf, siteOf } from '../components/aws/site.ts';
import { Storage } from '../components/aws/storage.ts';
import { Vault } from '../components/aws/vault.ts';
import { Workers } from '../components/aws/workers.ts';
import type { Choices } from '../components/choices.ts';
import type { AwsConfig } from '../config/schema.ts';

export function aws(name: string, config: AwsConfig, choices: Choices = {}) {
  const site = siteOf(name, config, choices);
  const there = { providers: [providerOf(site)] };

  const identity = new Identity('identity', { site }, there);
  const network = new Network('network', { site, identity }, there);
  const dns = new Dns('dns', { site }, there);

  const database = new Database('database', { site, network, identity }, there);
  const queue = new Queue('queue', { site, network, identity }, there);
  const storage = new Storage('storage', { site, identity }, there);
  const vault = new Vault('vault', { site, identity }, there);
  const registry = new Registry('registry', { site, identity }, there);

  const ingress = new Ingress('ingress', { site, network, dns, storage }, there);
  const appHost = new AppHost(
    'appHost',
    { site, network, identity, registry, database, queue, storage, vault, ingress },
    there,
  );

  const mounts = new Mounts('mounts', { site, network, identity }, there);
  const workers = new Workers('workers', { site, network, identity, mounts, appHost: appHost.parts }, there);
  new EndpointHosts('endpointHosts', { site, network, appHost: appHost.parts }, there);
  new Operations('operations', { site, identity, dns, ingress, database, queue }, there);

  return new Outputs('outputs', { site, identity, registry, ingress, appHost, workers }, there).parts;
}
