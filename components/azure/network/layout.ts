/** How a network's addresses are laid out: a subnet for each purpose, over all zones, as Azure has them. Pure. */
import { layoutOf, parseCidr, textOf } from '../../cidr.ts';
import type { Group } from './firewall.ts';

/** Subnets of a network of at least 1024 addresses; workers have half of it. */
export function subnetsOf(network: string): Record<Group, string> {
  const { base, prefix } = parseCidr(network);
  const { public: open, app, data } = layoutOf(network, 2);
  return {
    workers: textOf({ base, prefix: prefix + 1 }),
    ingress: open[0]!,
    appHost: app[0]!,
    // A stack has one of the two.
    scaler: app[0]!,
    endpointHosts: app[1]!,
    database: data[0]!,
    endpoints: data[1]!,
  };
}
