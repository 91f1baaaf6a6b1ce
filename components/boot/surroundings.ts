/** What every machine's first boot is told alike, in any cloud: whom to trust, and through what to go. Pure. */
import type { MachineBoot } from './contract.ts';

interface Site {
  name: string;
  certificateAuthorities: string[];
  config: {
    /** Of an installation; a worker stack's machines reach it as the config says. */
    publicName?: string;
    proxy?: { url: string; noProxy: string[] } | undefined;
    network: { kind: 'dedicated'; cidr: string; private: boolean } | { kind: 'existing'; private: boolean };
  };
}

/** Reached without the proxy, besides the installation's own: `direct`, addresses; `services`, domains of the cloud. */
export function surroundingsOf(
  { name, config, certificateAuthorities }: Site,
  { direct, services }: { direct: string[]; services: string[] },
): MachineBoot {
  const { proxy, network, publicName } = config;
  const own = network.kind === 'dedicated' ? [network.cidr] : [];
  const noProxy = [
    ...direct,
    ...own,
    ...services,
    ...(publicName === undefined ? [] : [publicName]),
    ...(proxy?.noProxy ?? []),
  ];
  return {
    installation: name,
    installPackages: !network.private,
    certificateAuthorities,
    ...(proxy === undefined ? {} : { proxy: { http: proxy.url, https: proxy.url, noProxy } }),
  };
}
