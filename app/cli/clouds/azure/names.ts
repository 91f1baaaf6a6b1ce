/** Names of what lies outside the stack: derived from installation, subscription and region alone. Pure. */
import { createHash } from 'node:crypto';

export interface Place {
  subscriptionId: string;
  tenantId: string;
  region: string;
}

const hash = (name: string, { subscriptionId, region }: Place) =>
  createHash('sha256').update(`${subscriptionId} ${region} ${name} state`).digest('hex');

export const CONTAINER = 'state';
export const KEY = 'state';
export const stateGroup = (name: string) => `cove-${name}-state`;
export const stateGroupId = (name: string, { subscriptionId }: Place) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${stateGroup(name)}`;
/** 24 small letters and digits at most; nobody else in the world has it. */
export const stateAccount = (name: string, place: Place): string =>
  `cove${name.replace(/[^a-z0-9]/g, '').slice(0, 9)}st${hash(name, place).slice(0, 9)}`;
/** 24 letters, digits and single hyphens at most. */
export const stateVault = (name: string, place: Place): string =>
  `cove-${name.slice(0, 9)}-${hash(name, place).slice(0, 8)}`.replace(/-{2,}/g, '-');

/** `azblob://…` for the engine. */
export const stateUrl = (name: string, place: Place): string =>
  `azblob://${CONTAINER}?storage_account=${stateAccount(name, place)}`;
export const secretsProvider = (name: string, place: Place): string =>
  `azurekeyvault://${stateVault(name, place)}.vault.azure.net/keys/${KEY}`;
