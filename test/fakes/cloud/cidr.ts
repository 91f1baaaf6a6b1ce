/** IPv4 ranges as clouds look at them. */

export interface Cidr {
  first: number;
  last: number;
  bits: number;
}

/** Undefined: not a range, or one with bits set beyond its mask, which every cloud refuses. */
export function parseCidr(value: string): Cidr | undefined {
  const match = value.match(/^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1, bits } : undefined;
}

export const overlaps = (one: Cidr, other: Cidr): boolean =>
  one.first <= other.last && other.first <= one.last;
export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;
