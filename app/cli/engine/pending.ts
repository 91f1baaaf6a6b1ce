/** What the state says about a run that was killed in the middle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Checkpoint {
  checkpoint?: { latest?: { pending_operations?: { type: string; resource: { urn: string } }[] } };
}

/** Operations that were begun and never settled, as `creating urn:…`. */
export function pendingOperations(state: string, stack: string): string[] {
  let text: string;
  try {
    text = readFileSync(join(state, '.pulumi', 'stacks', 'cove', `${stack}.json`), 'utf8');
  } catch {
    return [];
  }
  const { checkpoint } = JSON.parse(text) as Checkpoint;
  return (checkpoint?.latest?.pending_operations ?? []).map(
    ({ type, resource }) => `${type} ${resource.urn}`,
  );
}
