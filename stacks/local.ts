/** A whole installation on one machine: this one, or a server of your own. */
import { AppHost } from '../components/local/appHost.ts';
import { Bootstrap } from '../components/local/bootstrap.ts';
import { Database } from '../components/local/database.ts';
import { Dns } from '../components/local/dns.ts';
import { Identity } from '../components/local/identity.ts';
import { Ingress } from '../components/local/ingress.ts';
import { Machine } from '../components/local/machine.ts';
import { Network } from '../components/local/network.ts';
import { Outputs } from '../components/local/outputs.ts';
import { Queue } from '../components/local/queue.ts';
import { siteOf } from '../components/local/site.ts';
import { Storage } from '../components/local/storage.ts';
import { Vault } from '../components/local/vault.ts';
import { Workers } from '../components/local/workers.ts';
import type { LocalConfig } from '../config/schema.ts';

export function local(name: string, config: LocalConfig) {
  const site = siteOf(name, config);
  const machine = new Machine('machine', { site });
  const here = { site, machine };

  const network = new Network('network', { site });
  const dns = new Dns('dns', { config });
  const identity = new Identity('identity', here);
  const ingress = new Ingress('ingress', { ...here, names: dns.certificateNames });

  const { postgres, redis, vault: vaultAddress } = network.addresses;
  const database = new Database('database', {
    ...here,
    address: postgres,
    superuser: identity.postgresSuperuser,
  });
  const queue = new Queue('queue', { ...here, address: redis, admin: identity.redisAdmin });
  const storage = new Storage('storage', here);

  const bootstrap = new Bootstrap('bootstrap', {
    ...here,
    identity,
    database: database.parts,
    queue: queue.parts,
    vault: vaultAddress,
  });
  const databases = bootstrap.database([database.service]);
  const vault = new Vault('vault', {
    ...here,
    identity,
    address: vaultAddress,
    database: database.parts,
    after: databases,
  });
  const secrets = bootstrap.vault([databases, vault.service, queue.service]);
  const platform = bootstrap.platform([secrets]);

  const appHost = new AppHost('appHost', {
    ...here,
    identity,
    database: database.parts,
    queue: queue.parts,
    storage: storage.parts,
    vault: vault.parts,
    certificate: ingress.certificate,
    certificateFingerprint: ingress.fingerprint,
    httpUrl: dns.httpUrl,
    publicUrl: dns.publicUrl,
    after: [platform],
  });
  const workers = new Workers('workers', {
    ...here,
    identity,
    database: database.parts,
    appHost: appHost.parts,
    after: [appHost.api],
  });
  return new Outputs('outputs', { ...here, ingress, appHost: appHost.parts, after: workers.services }).parts;
}
