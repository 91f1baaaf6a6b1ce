/** What every machine's first boot is told alike: whom to trust, through what to go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import type { Site } from './site.ts';

/** Reached without the proxy: the metadata service, Azure's own address on every host, the machine itself. */
const DIRECT = ['169.254.169.254', '168.63.129.16', '127.0.0.1', 'localhost'];
const SERVICES = ['.blob.core.windows.net', '.vault.azure.net', '.azurecr.io', '.redis.azure.net'];

export function surroundings(site: Site): MachineBoot {
  const { config, certificateAuthorities } = site;
  const { proxy, network, publicName } = config;
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
            noProxy: [
              ...DIRECT,
              ...own,
              ...SERVICES,
              '.postgres.database.azure.com',
              publicName,
              ...proxy.noProxy,
            ],
          },
        }),
  };
}
