/** Names that the whole of Azure shares, so that the subscription is in them as a hash; and their own limits. Pure. */
import { createHash } from 'node:crypto';
import { physicalName } from '../naming.ts';
import type { Site } from './site.ts';

type Who = Pick<Site, 'name'> & { config: { subscriptionId: string; region: string } };

const digits = ({ name, config }: Who, part: string, length: number) =>
  createHash('sha256')
    .update(`${config.subscriptionId} ${config.region} ${name} ${part}`)
    .digest('hex')
    .slice(0, length);
const letters = (name: string) => name.replace(/[^a-z0-9]/g, '');

/** Storage accounts: 3 to 24 small letters and digits. */
export const accountName = (site: Who, part: string): string =>
  `${letters(`cove${site.name}`).slice(0, 15)}${digits(site, part, 9)}`;
/** Registries: 5 to 50 letters and digits. */
export const registryName = (site: Who): string =>
  `${letters(`cove${site.name}`)}${digits(site, 'registry', 9)}`;
/** Key vaults: 3 to 24 letters, digits and single hyphens. */
export const vaultName = (installation: string, letters: string): string =>
  `${`cove-${installation}`.slice(0, 15).replace(/-+$/, '')}-${letters}`.replace(/-{2,}/g, '-');
/** Database servers and Redis: 60 letters, digits and single hyphens. */
export const serverName = (site: Who, part: string): string =>
  physicalName(site.name, `${part}-${digits(site, part, 6)}`, 60).replace(/-{2,}/g, '-');

/** A UUID that is the same in every run: role assignments are named so. */
export function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/** The parts of an id such as `/subscriptions/…/resourceGroups/G/providers/Microsoft.Network/dnszones/example.org`. */
export function partsOf(id: string): { resourceGroupName: string; names: string[] } {
  const parts = id.split('/');
  return {
    resourceGroupName: parts[4] ?? '',
    names: parts.slice(8).filter((_, index) => index % 2 === 0),
  };
}
