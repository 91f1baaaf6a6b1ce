/** Addresses of what a stack makes in Azure: known from names alone, before anything is made. Pure. */
import table from './azure-addresses.json' with { type: 'json' };

const TEMPLATES: Record<string, string | undefined> = table;

/** Undefined: of a type that this project does not make, or whose names are not all known. */
export function addressOf(
  type: string,
  inputs: Record<string, unknown>,
  subscription: string,
): string | undefined {
  const known: Record<string, unknown> = { ...inputs, subscription };
  let isWhole = true;
  const address = TEMPLATES[type]?.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = known[name];
    if (typeof value !== 'string' || value === '') isWhole = false;
    return String(value);
  });
  return isWhole ? address : undefined;
}
