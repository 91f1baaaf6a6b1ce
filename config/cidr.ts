/** IPv4 networks in CIDR notation. Pure. */

export interface Cidr {
  /** First address, as a number. */
  base: number;
  /** Bits that name the network, 0 to 32. */
  prefix: number;
}

const SHAPE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Number of addresses. */
export const sizeOf = ({ prefix }: Pick<Cidr, 'prefix'>): number => 2 ** (32 - prefix);

/** `10.0.0.0` of its number. */
export const addressOf = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

export const textOf = ({ base, prefix }: Cidr): string => `${addressOf(base)}/${prefix}`;

/** What is wrong with the text, in words that follow "needed is"; undefined where it is a network. */
export function networkProblem(text: string): string | undefined {
  const match = SHAPE.exec(text);
  const numbers = match?.slice(1).map(Number) ?? [];
  if (numbers.length !== 5 || numbers.slice(0, 4).some((part) => part > 255) || numbers[4]! > 32)
    return 'needed is a network such as 10.20.0.0/16';
  const { base, prefix } = parts(numbers);
  const size = sizeOf({ prefix });
  if (base % size === 0) return undefined;
  return `its first address would be ${textOf({ base: base - (base % size), prefix })}: write that`;
}

/** Throws where it is none; configs are checked before. */
export function parseCidr(text: string): Cidr {
  const problem = networkProblem(text);
  if (problem !== undefined) throw new Error(`${JSON.stringify(text)}: ${problem}`);
  return parts(SHAPE.exec(text)!.slice(1).map(Number));
}

const parts = ([a, b, c, d, prefix]: number[]): Cidr => ({
  base: a! * 2 ** 24 + b! * 2 ** 16 + c! * 2 ** 8 + d!,
  prefix: prefix!,
});

export const overlaps = (a: Cidr, b: Cidr): boolean =>
  a.base < b.base + sizeOf(b) && b.base < a.base + sizeOf(a);

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.base <= inner.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer);
