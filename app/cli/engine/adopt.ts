/**
 * What a run that was killed had asked the cloud for, and never heard of again: where it can be found, it is taken over as
 * made, and the engine's next look reads it from the cloud as `pulumi import` would, or finds that it is not there.
 */
import type { StateResource } from './state-file.ts';

export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}
/** Where a thing is in the cloud, by its type and what it was given. Undefined: it cannot be told. */
export type AddressOf = (
  type: string,
  inputs: Record<string, unknown>,
) => string | undefined | Promise<string | undefined>;

/** Null: there is nothing to take over. */
export async function adopted<D extends Deployment>(deployment: D, addressOf: AddressOf): Promise<D | null> {
  const { resources = [], pending_operations: pending = [] } = deployment;
  const known = new Set(resources.map(({ urn }) => urn));
  const made: StateResource[] = [];
  const left: typeof pending = [];
  for (const operation of pending) {
    const { type, resource } = operation;
    const isNew = type === 'creating' && !known.has(resource.urn);
    const id = isNew ? await addressOf(resource.type, resource.inputs ?? {}) : undefined;
    // Without outputs the provider reads it as one that it has never seen.
    if (id === undefined) left.push(operation);
    else made.push({ ...resource, id, outputs: {} });
  }
  if (made.length === 0) return null;
  // All that it stands on was there before it was asked for.
  return { ...deployment, resources: [...resources, ...made], pending_operations: left };
}
