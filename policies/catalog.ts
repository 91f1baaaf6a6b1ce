/** All the policies, in the order of docs/policies.md. */
import { compute } from './compute.ts';
import { database } from './database.ts';
import { encryption } from './encryption.ts';
import { identity } from './identity.ts';
import { kubernetes } from './kubernetes.ts';
import { network } from './network.ts';
import { operations } from './operations.ts';
import type { Policy } from './policy.ts';
import { storage } from './storage.ts';
import { tls } from './tls.ts';
import { workers } from './workers.ts';

export const policies: Policy[] = [
  ...network,
  ...tls,
  ...encryption,
  ...storage,
  ...identity,
  ...compute,
  ...database,
  ...kubernetes,
  ...workers,
  ...operations,
];
