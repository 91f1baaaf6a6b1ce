/** What every machine's first boot is told alike: whom to trust, through what to go, where its logs go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import type { Site } from './site.ts';

/** Reached without the proxy: the metadata service, the machine itself, and Google's services on their private addresses. */
const DIRECT = ['169.254.169.254', 'metadata.google.internal', '127.0.0.1', 'localhost'];
const SERVICES = ['.googleapis.com', '.pkg.dev'];

export function surroundings(site: Site, { logs = false }: { logs?: boolean } = {}): MachineBoot {
  const { config, certificateAuthorities } = site;
  const { proxy, network, projectId } = config;
  const own = network.kind === 'dedicated' ? [network.cidr] : [];
  return {
    installation: site.name,
    installPackages: !network.private,
    certificateAuthorities,
    ...(proxy === undefined
      ? {}
      : {
          proxy: {
            http: proxy.url,
            https: proxy.url,
            noProxy: [...DIRECT, ...own, ...SERVICES, config.publicName, ...proxy.noProxy],
          },
        }),
    ...(logs ? { logs: { kind: 'gcp', project: projectId } } : {}),
  };
}
