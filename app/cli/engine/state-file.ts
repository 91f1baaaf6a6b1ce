/** What the engine's state file says, read without the engine: cheap enough for every `up`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Latest {
  pending_operations?: { type: string; resource: { urn: string } }[];
}

export const stateFile = (state: string, stack: string) =>
  join(state, '.pulumi', 'stacks', 'cove', `${stack}.json`);

/** Operations that were begun and never settled, as `creating urn:…`. */
export function pendingOperations(state: string, stack: string): string[] {
  try {
    const { checkpoint } = JSON.parse(readFileSync(stateFile(state, stack), 'utf8'));
    const { pending_operations: pending = [] } = (checkpoint?.latest ?? {}) as Latest;
    return pending.map(({ type, resource }) => `${type} ${resource.urn}`);
  } catch {
    // No state yet; a broken one is the engine's to complain about.
    return [];
  }
}
