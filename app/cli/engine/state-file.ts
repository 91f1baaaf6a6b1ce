/** What the engine's state file says, read without the engine: cheap enough for every `up`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Latest {
  pending_operations?: { type: string; resource: { urn: string } }[];
  resources?: StateResource[];
  secrets_providers?: { type: string; state?: { url?: string; encryptedkey?: string } };
}
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  protect?: boolean;
  custom?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  parent?: string;
  dependencies?: string[];
}

export const stateFile = (state: string, stack: string) =>
  join(state, '.pulumi', 'stacks', 'cove', `${stack}.json`);

/** Operations that were begun and never settled, as `creating urn:…`. */
export const pendingOperations = ({ pending_operations = [] }: Latest): string[] =>
  pending_operations.map(({ type, resource }) => `${type} ${resource.urn}`);

/** What the engine has made. */
export const resourcesOf = (state: string, stack: string): StateResource[] =>
  latestOf(state, stack).resources ?? [];

export function latestOf(state: string, stack: string): Latest {
  try {
    return parseState(readFileSync(stateFile(state, stack), 'utf8'));
  } catch {
    // No state yet; a broken one is the engine's to complain about.
    return {};
  }
}

export const parseState = (text: string | null): Latest =>
  text === null ? {} : (JSON.parse(text).checkpoint?.latest ?? {});
