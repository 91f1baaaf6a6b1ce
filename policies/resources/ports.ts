/** Ranges of ports and of addresses, as firewall rules name them. Pure. */

export interface Ports {
  from: number;
  to: number;
}
export const EVERY_PORT: Ports = { from: 0, to: 65535 };

/** `22`, `"8000-8080"`, `"*"`; what cannot be read counts as every port. */
export function portsOf(text: unknown): Ports {
  if (typeof text === 'number' && Number.isInteger(text) && text >= 0) return { from: text, to: text };
  const match = /^(\d+)(?:-(\d+))?$/.exec(String(text ?? '*').trim());
  if (match === null) return EVERY_PORT;
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
}

export const holds = ({ from, to }: Ports, port: number): boolean => from <= port && port <= to;
/** Whether it is one of these ports and nothing else. */
export const isOnly = ({ from, to }: Ports, ports: readonly number[]): boolean =>
  from === to && ports.includes(from);
export const showPorts = ({ from, to }: Ports): string =>
  from === to ? `port ${from}` : from === 0 && to === 65535 ? 'every port' : `ports ${from}-${to}`;

/** Whether a source means everybody, however a cloud spells it; half of all addresses is everybody, too. */
export function isWorld(source: string): boolean {
  const text = source.trim().toLowerCase();
  if (['*', 'internet', 'any', '0.0.0.0', '::'].includes(text)) return true;
  const [address, bits] = text.split('/');
  return bits !== undefined && /^[0-9a-f.:]+$/.test(address ?? '') && Number(bits) <= 1;
}

interface Network {
  bits: number;
  first: bigint;
  last: bigint;
}
const IPV4 = 32;

/** An IPv4 network; null for anything else. */
export function networkOf(cidr: string): Network | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr.trim());
  if (match === null) return null;
  const bits = Number(match[5] ?? IPV4);
  const bytes = match.slice(1, 5).map(Number);
  if (bits > IPV4 || bytes.some((byte) => byte > 255)) return null;
  const address = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const size = 1n << BigInt(IPV4 - bits);
  const first = (address / size) * size;
  return { bits, first, last: first + size - 1n };
}

/** Whether `outer` holds all of `inner`; false where either is not an IPv4 network. */
export function covers(outer: string, inner: string): boolean {
  const [a, b] = [networkOf(outer), networkOf(inner)];
  return a !== null && b !== null && a.first <= b.first && b.last <= a.last;
}
