/** What every machine's first boot is told alike: whom to trust, through what to go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import { surroundingsOf } from '../boot/surroundings.ts';
import type { WorkerSite } from './site.ts';

/** Reached without the proxy: the metadata service, Azure's own address on every host, the machine itself. */
const DIRECT = ['169.254.169.254', '168.63.129.16', '127.0.0.1', 'localhost'];
const SERVICES = [
  '.blob.core.windows.net',
  '.vault.azure.net',
  '.azurecr.io',
  '.redis.azure.net',
  '.postgres.database.azure.com',
];

export const surroundings = (site: WorkerSite): MachineBoot =>
  surroundingsOf(site, { direct: DIRECT, services: SERVICES });
