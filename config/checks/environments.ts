/** Checks of lists whose entries are told apart by a key. Pure. */
import type { Complain } from './complain.ts';

/** Complains of every entry whose `key` an entry above has. */
export function repeated<K extends string>(
  entries: Record<K, string>[],
  key: K,
  path: (string | number)[],
  what: string,
  complain: Complain,
): void {
  const values = entries.map((entry) => entry[key]);
  values.forEach((value, index) => {
    if (values.indexOf(value) < index) {
      complain([...path, index, key], `is "${value}", as ${what} above; each needs its own`);
    }
  });
}

/** Complains of every environment that picks a service account which nobody made. */
export function unknownAccounts(
  environments: { serviceAccount?: string | undefined }[],
  accounts: { name: string }[],
  complain: Complain,
): void {
  const known = accounts.map(({ name }) => name);
  environments.forEach(({ serviceAccount }, index) => {
    if (serviceAccount !== undefined && !known.includes(serviceAccount)) {
      const allowed = known.length === 0 ? 'there are none' : `allowed: ${known.join(', ')}`;
      complain(
        ['environments', index, 'serviceAccount'],
        `is "${serviceAccount}", which serviceAccounts does not name; ${allowed}`,
      );
    }
  });
}

interface Workers {
  environments: { slug: string; serviceAccount?: string | undefined }[];
  serviceAccounts: { name: string }[];
  mounts: { name: string }[];
  reachable: { name: string }[];
}

/** Names that are there twice, and accounts that nobody made: of machines for jobs, in any cloud. */
export function checkWorkers(config: Workers, complain: Complain): void {
  repeated(config.environments, 'slug', ['environments'], 'an environment', complain);
  repeated(config.serviceAccounts, 'name', ['serviceAccounts'], 'a service account', complain);
  repeated(config.mounts, 'name', ['mounts'], 'a mount', complain);
  repeated(config.reachable, 'name', ['reachable'], 'an entry', complain);
  unknownAccounts(config.environments, config.serviceAccounts, complain);
  config.environments.forEach(({ slug }, index) => {
    if (slug === 'endpoint-host')
      complain(['environments', index, 'slug'], 'is "endpoint-host", the name by which endpoint hosts join');
  });
}
