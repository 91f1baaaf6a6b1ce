/**
 * Addresses of what a stack makes, where they are known from names alone, before anything is made: what Azure calls a
 * resource's id, and what `pulumi import` asks for in AWS and Google Cloud. Pure.
 */
import table from './addresses.json' with { type: 'json' };

const TEMPLATES: Record<string, string | undefined> = table;

/**
 * `place`: account, project, subscription, region. Undefined: of a type that this project does not make, whose ids the
 * cloud makes up, or whose names are not all known.
 */
export function addressOf(
  type: string,
  inputs: Record<string, unknown>,
  place: Record<string, string>,
): string | undefined {
  const known: Record<string, unknown> = { ...place, ...inputs };
  let isWhole = true;
  const address = TEMPLATES[type]?.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, otherwise?: string) => {
    const value = known[name] ?? otherwise;
    if (typeof value !== 'string' || value === '') isWhole = false;
    return String(value);
  });
  return isWhole ? address : undefined;
}
