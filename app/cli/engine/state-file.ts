/** What the engine's state file says, read without the engine: cheap enough for every `up`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  urn: string;
  custom?: boolean;
  outputs?: Record<string, unknown>;
}
interface Latest {
  resources?: Resource[];
  pending_operations?: { type: string; resource: Resource }[];
}

export const stateFile = (state: string, stack: string) =>
  join(state, '.pulumi', 'stacks', 'cove', `${stack}.json`);

function latest(state: string, stack: string): Latest {
  try {
    const { checkpoint } = JSON.parse(readFileSync(stateFile(state, stack), 'utf8'));
    return (checkpoint?.latest ?? {}) as Latest;
  } catch {
    return {};
  }
}

/** Operations that were begun and never settled, as `creating urn:…`. */
export const pendingOperations = (state: string, stack: string): string[] =>
  (latest(state, stack).pending_operations ?? []).map(({ type, resource }) => `${type} ${resource.urn}`);

/** Names of resources whose file or folder is gone: somebody deleted parts of the installation. */
export function missingPaths(state: string, stack: string): string[] {
  return (latest(state, stack).resources ?? []).flatMap(({ outputs }) => {
    const path = outputs?.path;
    return typeof path === 'string' && !existsSync(path) ? [path] : [];
  });
}

/** Whether anything has been made. */
export const hasResources = (state: string, stack: string): boolean =>
  (latest(state, stack).resources ?? []).some(
    ({ custom, urn }) => custom === true && !urn.includes('pulumi:providers:'),
  );
