/** How a network's addresses are laid out over zones. Pure; a zone more never moves what is there. */
import { parseCidr, sizeOf, textOf } from '../config/cidr.ts';

export * from '../config/cidr.ts';

/** Most zones that a layout has room for. */
export const MOST_ZONES = 4;

/** Subnets by purpose, one for each zone. */
export interface Layout {
  /** Load balancer and NAT. AWS asks for /27 at least there. */
  public: string[];
  /** Application host, endpoints of the cloud's services. */
  app: string[];
  /** PostgreSQL, Redis, shared file systems. */
  data: string[];
  /** Workers: half of the network. */
  workers: string[];
}

/** Bits beyond the network's own prefix, and where the first one begins, as a share of the network. */
const PLAN = {
  workers: { bits: 3, start: 0 },
  public: { bits: 5, start: 1 / 2 },
  app: { bits: 5, start: 5 / 8 },
  data: { bits: 6, start: 3 / 4 },
} as const;

/** Lays `zones` (1 to 4) zones out in a network of at least 1024 addresses. */
export function layoutOf(network: string, zones: number): Layout {
  const whole = parseCidr(network);
  if (zones < 1 || zones > MOST_ZONES) throw new Error(`${zones} zones; 1 to ${MOST_ZONES} are possible`);
  const of = ({ bits, start }: { bits: number; start: number }) =>
    Array.from({ length: zones }, (_, zone) => {
      const prefix = whole.prefix + bits;
      return textOf({ base: whole.base + start * sizeOf(whole) + zone * sizeOf({ prefix }), prefix });
    });
  return { public: of(PLAN.public), app: of(PLAN.app), data: of(PLAN.data), workers: of(PLAN.workers) };
}
