/** What every machine's first boot is told alike: whom to trust, through what to go, where its logs go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import { surroundingsOf } from '../boot/surroundings.ts';
import type { WorkerSite } from './site.ts';

/** Reached without the proxy: the metadata service, the machine itself, and all of AWS where endpoints lead there. */
const DIRECT = ['169.254.169.254', '127.0.0.1', 'localhost'];

export function surroundings(site: WorkerSite, logGroup?: string): MachineBoot {
  const { region } = site.config;
  return {
    ...surroundingsOf(site, { direct: DIRECT, services: [`.${region}.amazonaws.com`] }),
    ...(logGroup === undefined ? {} : { logs: { kind: 'aws', region, group: logGroup } }),
  };
}
