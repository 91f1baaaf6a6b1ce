/** What every machine's first boot is told alike: whom to trust, through what to go, where its logs go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import type { Site } from './site.ts';

/** Reached without the proxy: the metadata service, the machine itself, and all of AWS where endpoints lead there. */
const DIRECT = ['169.254.169.254', '127.0.0.1', 'localhost'];

export function surroundings(site: Site, logGroup?: string): MachineBoot {
  const { config, certificateAuthorities } = site;
  const { proxy, network, region } = config;
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
            noProxy: [...DIRECT, ...own, `.${region}.amazonaws.com`, config.publicName, ...proxy.noProxy],
          },
        }),
    ...(logGroup === undefined ? {} : { logs: { kind: 'aws', region, group: logGroup } }),
  };
}
