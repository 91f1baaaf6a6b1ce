/** Who may do what in Vault. Pure. */
import { MOUNT } from '../../platform/vault.ts';

type Capability = 'create' | 'read' | 'update' | 'delete' | 'list';
const READ: Capability[] = ['read'];
const WRITE: Capability[] = ['create', 'read', 'update'];
const ALL: Capability[] = [...WRITE, 'delete', 'list'];

/** A secret's value and, for those who may see names or remove it, its metadata. */
const values = (path: string, capabilities: Capability[]) => rule(`${MOUNT}/data/${path}`, capabilities);
const names = (path: string, capabilities: Capability[]) => rule(`${MOUNT}/metadata/${path}`, capabilities);
const all = (folder: string) => [
  values(`${folder}/*`, ALL),
  names(`${folder}/*`, ALL),
  names(folder, ['list']),
];
const kept = (folder: string) => [
  values(`${folder}/*`, WRITE),
  names(`${folder}/*`, ['list']),
  names(folder, ['list']),
];
/** To be put, named and removed by one who never sees a value. */
const unread = (folder: string) => [
  values(`${folder}/*`, ['create', 'update']),
  names(`${folder}/*`, ['delete', 'list']),
  names(folder, ['list']),
];
const rule = (path: string, capabilities: Capability[]) =>
  `path "${path}" { capabilities = [${capabilities.map((one) => `"${one}"`).join(', ')}] }`;

export const IDENTITIES = ['api', 'scheduler', 'operator'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** Name of an identity's policy and AppRole. */
export const vaultName = (identity: Identity) => `cove-${identity}`;

/** The operator's login is what every later bootstrap works with, so it may also renew policies and logins. */
export const POLICIES: Record<Identity, string> = {
  api: [
    values('services/api', READ),
    values('environments/*', READ),
    ...['projects', 'environment-variable-groups', 'stores', 'registries'].flatMap(all),
    ...unread('custom'),
  ].join('\n'),
  scheduler: values('services/scheduler', READ),
  operator: [
    ...['operator', 'custom'].flatMap(all),
    ...['services', 'environments'].flatMap(kept),
    ...IDENTITIES.flatMap((identity) => [
      rule(`sys/policies/acl/${vaultName(identity)}`, WRITE),
      rule(`auth/approle/role/${vaultName(identity)}`, WRITE),
      rule(`auth/approle/role/${vaultName(identity)}/*`, [...WRITE, 'list']),
    ]),
  ].join('\n'),
};
