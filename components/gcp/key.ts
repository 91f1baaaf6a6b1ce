/** The key that encrypts everything at rest, made or given, and the services of Google that use it on our behalf. */
import { CryptoKey } from '@pulumi/gcp/kms/cryptoKey.js';
import { CryptoKeyIAMMember } from '@pulumi/gcp/kms/cryptoKeyIAMMember.js';
import { KeyRing } from '@pulumi/gcp/kms/keyRing.js';
import { getProjectOutput } from '@pulumi/gcp/organizations/getProject.js';
import { ServiceIdentity } from '@pulumi/gcp/projects/serviceIdentity.js';
import * as pulumi from '@pulumi/pulumi';
import { RandomId } from '@pulumi/random/randomId.js';
import { guarded, type WorkerSite } from './site.ts';

export interface Key {
  id: pulumi.Output<string>;
  /** Rights of the services: what is encrypted with it needs them first. */
  usable: pulumi.Resource[];
}

/** Agents that Google makes on demand, by the service they belong to. */
const ON_DEMAND = ['secretmanager', 'sqladmin', 'redis', 'artifactregistry', 'file'];
/** Services that a worker stack has. */
const OF_WORKERS = ['secretmanager', 'artifactregistry', 'file', 'compute'];
/** Agents that every project has. Source: Google Cloud IAM, "Service agents". */
const PRESENT: Record<string, (number: string) => string> = {
  storage: (number) => `service-${number}@gs-project-accounts.iam.gserviceaccount.com`,
  compute: (number) => `service-${number}@compute-system.iam.gserviceaccount.com`,
};

export function keyOf(site: WorkerSite, options: pulumi.CustomResourceOptions): Key {
  const { given, projectId, mounts } = site.config;
  const id = given.kmsKey === undefined ? madeKey(site, options) : pulumi.output(given.kmsKey);
  const { number } = getProjectOutput({ projectId }, options);
  const has = (service: string) =>
    ('joins' in site.config ? OF_WORKERS.includes(service) : true) &&
    (service !== 'file' || mounts.length > 0);
  const agents: Record<string, pulumi.Output<string>> = Object.fromEntries([
    ...Object.entries(PRESENT)
      .filter(([service]) => has(service))
      .map(([service, address]) => [service, number.apply(address)] as const),
    ...ON_DEMAND.filter(has).map((service) => {
      const agent = new ServiceIdentity(service, { service: `${service}.googleapis.com` }, options);
      return [service, agent.email] as const;
    }),
  ]);
  const usable = Object.entries(agents).map(
    ([service, email]) =>
      new CryptoKeyIAMMember(
        `key-${service}`,
        {
          cryptoKeyId: id,
          role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
          member: pulumi.interpolate`serviceAccount:${email}`,
        },
        options,
      ),
  );
  return { id, usable };
}

/** A ring can never be deleted, nor its name be used twice: it ends in letters of our own. */
function madeKey(site: WorkerSite, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const kept = { ...options, ...guarded(site, 'secrets') };
  const { hex } = new RandomId('key-ring', { byteLength: 4 }, kept);
  const ring = new KeyRing(
    'key-ring',
    { name: pulumi.interpolate`${site.named('keys')}-${hex}`, location: site.config.region },
    kept,
  );
  const key = new CryptoKey(
    'key',
    {
      name: 'everything-at-rest',
      keyRing: ring.id,
      rotationPeriod: `${90 * 86_400}s`,
      destroyScheduledDuration: `${30 * 86_400}s`,
      labels: site.labels,
    },
    kept,
  );
  return key.id;
}
