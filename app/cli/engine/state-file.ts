/** What the engine's state file says, read without the engine: cheap enough for every `up`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Latest {
  pending_operations?: { type: string; resource: { urn: string } }[];
  resources?: StateResource[];
}
export interface StateResource {
  type: string;
  outputs?: Record<string, unknown>;
}

export const stateFile = (state: string, stack: string) =>
  join(state, '.pulumi', 'stacks', 'cove', `${stack}.json`);

/** Operations that were begun and never settled, as `creating urn:…`. */
export const pendingOperations = (state: string, stack: string): string[] =>
  (latest(state, stack).pending_operations ?? []).map(({ type, resource }) => `${type} ${resource.urn}`);

/** What the engine has made. */
export const resourcesOf = (state: string, stack: string): StateResource[] =>
  latest(state, stack).resources ?? [];

function latest(state: string, stack: string): Latest {
  try {
    return JSON.parse(readFileSync(stateFile(state, stack), 'utf8')).checkpoint?.latest ?? {};
  } catch {
    // No state yet; a broken one is the engine's to complain about.
    return {};
  }
}
