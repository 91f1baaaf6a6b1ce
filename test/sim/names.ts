/** Names that a person can tell apart, and the UUIDs that the protocol wants in their place. */
const KINDS = ['execution', 'token', 'worker'] as const;

/** `execution-7` as a UUID. */
export function uuid(name: string): string {
  const [kind, number] = name.split('-') as [(typeof KINDS)[number], string];
  return `0000000${KINDS.indexOf(kind)}-0000-4000-8000-${number.padStart(12, '0')}`;
}
/** The other way round. */
export function name(id: string): string {
  return `${KINDS[Number(id.slice(0, 8))]}-${Number(id.slice(-12))}`;
}
