/** What every machine's first boot is told alike: whom to trust, through what to go, where its logs go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import { surroundingsOf } from '../boot/surroundings.ts';
import type { WorkerSite } from './site.ts';

/** Reached without the proxy: the metadata service, the machine itself, and Google's services on their private addresses. */
const DIRECT = ['169.254.169.254', 'metadata.google.internal', '127.0.0.1', 'localhost'];
const SERVICES = ['.googleapis.com', '.pkg.dev'];

export const surroundings = (site: WorkerSite, { logs = false }: { logs?: boolean } = {}): MachineBoot => ({
  ...surroundingsOf(site, { direct: DIRECT, services: SERVICES }),
  ...(logs ? { logs: { kind: 'gcp', project: site.config.projectId } } : {}),
});
