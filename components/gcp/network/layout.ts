/** How a network's addresses are laid out: subnets of Google Cloud span the zones of their region. Pure. */
import { parseCidr, sizeOf, textOf } from '../../cidr.ts';

export interface RegionLayout {
  /** Half of the network. */
  workers: string;
  /** Proxies of an internal load balancer; Google asks for /26 at least. */
  proxies: string;
  /** Of the application host, or of a worker stack's scaler. */
  appHost: string;
  /** Google's own networks in which PostgreSQL, Redis and file systems stand. */
  services: string;
}

/** Bits beyond the network's own prefix, and where it begins, as a share of the network. */
const PLAN = {
  workers: { bits: 1, start: 0 },
  proxies: { bits: 4, start: 1 / 2 },
  appHost: { bits: 4, start: 5 / 8 },
  services: { bits: 2, start: 3 / 4 },
} as const;

/** Of a network of at least 1024 addresses. */
export function regionLayout(network: string): RegionLayout {
  const whole = parseCidr(network);
  const of = ({ bits, start }: { bits: number; start: number }) =>
    textOf({ base: whole.base + start * sizeOf(whole), prefix: whole.prefix + bits });
  return {
    workers: of(PLAN.workers),
    proxies: of(PLAN.proxies),
    appHost: of(PLAN.appHost),
    services: of(PLAN.services),
  };
}
