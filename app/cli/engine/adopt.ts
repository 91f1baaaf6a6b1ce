/**
 * What a run that was killed had asked the cloud for, and never heard of again: where its address follows from its name, it
 * is taken over as made, and the engine's next look finds out whether it is there. Pure.
 */
import type { StateResource } from './state-file.ts';

export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}
/** The address of a thing in the cloud, by its type and what it was given. Undefined: only the cloud knows. */
export type AddressOf = (type: string, inputs: Record<string, unknown>) => string | undefined;

/** Null: there is nothing to take over. */
export function adopted<D extends Deployment>(deployment: D, addressOf: AddressOf): D | null {
  const { resources = [], pending_operations: pending = [] } = deployment;
  const known = new Set(resources.map(({ urn }) => urn));
  const taken = pending.flatMap((operation) => {
    const { type, resource } = operation;
    if (type !== 'creating' || known.has(resource.urn)) return [];
    const id = addressOf(resource.type, resource.inputs ?? {});
    return id === undefined ? [] : [{ operation, made: { ...resource, id, outputs: resource.inputs ?? {} } }];
  });
  if (taken.length === 0) return null;
  return {
    ...deployment,
    // All that it stands on was there before it was asked for.
    resources: [...resources, ...taken.map(({ made }) => made)],
    pending_operations: pending.filter((one) => !taken.some(({ operation }) => operation === one)),
  };
}
