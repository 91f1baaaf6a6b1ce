/** What every process of ours is told alike: whom to trust, and through what to go. Pure. */
import type { MachineBoot } from '../boot/contract.ts';
import type { WorkerSite } from './site.ts';

/** Reached without the proxy: the pod itself, the cluster's own names, and private networks. */
const DIRECT = ['127.0.0.1', 'localhost', '.svc', '.cluster.local', '169.254.169.254', '10.0.0.0/8'];

export function surroundings({ name, config, certificateAuthorities }: WorkerSite): MachineBoot {
  const { proxy } = config;
  // A worker stack reaches its installation as its config says.
  const own = 'publicName' in config ? [config.publicName] : [];
  return {
    installation: name,
    installPackages: false,
    certificateAuthorities,
    ...(proxy === undefined
      ? {}
      : { proxy: { http: proxy.url, https: proxy.url, noProxy: [...DIRECT, ...own, ...proxy.noProxy] } }),
  };
}
