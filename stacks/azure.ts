/** A whole installation in a subscription of Microsoft Azure. */
import { AppHost } from '../components/azure/appHost.ts';
import { Database } from '../components/azure/database.ts';
import { Dns } from '../components/azure/dns.ts';
import { EndpointHosts } from '../components/azure/endpointHosts.ts';
import { forgetVersionedTypes } from '../components/azure/former-types.ts';
import { Group } from '../components/azure/group.ts';
import { Identity } from '../components/azure/identity.ts';
import { Ingress } from '../components/azure/ingress.ts';
import { Mounts } from '../components/azure/mounts.ts';
import { Network } from '../components/azure/network.ts';
import { Operations } from '../components/azure/operations.ts';
import { Outputs } from '../components/azure/outputs.ts';
import { Queue } from '../components/azure/queue.ts';
import { Registry } from '../components/azure/registry.ts';
import { providerOf, siteOf } from '../components/azure/site.ts';
import { Storage } from '../components/azure/storage.ts';
import { Vault } from '../components/azure/vault.ts';
import { Workers } from '../components/azure/workers.ts';
import type { Choices } from '../components/choices.ts';
import type { AzureConfig } from '../config/schema.ts';

export function azure(name: string, config: AzureConfig, choices: Choices = {}) {
  const site = siteOf(name, config, choices);
  const there = { providers: [providerOf(site)], transformations: [forgetVersionedTypes] };

  const group = new Group('group', { site }, there);
  const network = new Network('network', { site, group }, there);
  const identity = new Identity('identity', { site, group, network }, there);
  const dns = new Dns('dns', { site, group, identity }, there);

  const database = new Database('database', { site, group, network, identity }, there);
  const queue = new Queue('queue', { site, group, network, identity }, there);
  const storage = new Storage('storage', { site, group, network }, there);
  const vault = new Vault('vault', { site, identity }, there);
  const registry = new Registry('registry', { site, group, network }, there);

  const ingress = new Ingress('ingress', { site, group, network, dns }, there);
  const appHost = new AppHost(
    'appHost',
    { site, group, network, identity, registry, database, queue, storage, vault, ingress },
    there,
  );

  const mounts = new Mounts('mounts', { site, group, network }, there);
  const workers = new Workers(
    'workers',
    { site, group, network, identity, mounts, appHost: appHost.parts },
    there,
  );
  new EndpointHosts('endpointHosts', { site, group, network, appHost: appHost.parts }, there);
  const operations = new Operations(
    'operations',
    { site, group, network, identity, dns, storage, ingress, database, queue, appHost },
    there,
  );

  return new Outputs('outputs', { site, identity, registry, ingress, appHost, workers, operations }, there)
    .parts;
}
