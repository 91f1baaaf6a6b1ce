/** What becomes of things that hold data when they are purged: who purges is told before, and reminded afterwards. Pure. */
import type { StateResource } from '../engine/state-file.ts';
import { type CliError, needsAPerson } from '../errors.ts';

export type Fate =
  /** Nothing of it is left; how it is copied first. */
  | { lost: string }
  /** What outlives it, for how long, and how it is had back. */
  | { left: string };

/** Undefined: nothing that anybody misses. */
export type FateOf<C> = (resource: StateResource, config: C) => Fate | undefined;

export const nameOf = ({ urn }: StateResource) => urn.split('::').at(-1)!;
/** Whether its own Vault is sealed by a key of ours. */
export const hasOwnVault = (config: object): boolean =>
  'vault' in config && (config.vault as { kind: string }).kind === 'own';
/** How a person tells it from others: `Bucket data`. */
export const titleOf = (resource: StateResource) => `${resource.type.split(':').at(-1)} ${nameOf(resource)}`;

/** What a purge answers where something would be lost for good that nobody has named. Undefined: it may go on. */
export function refuseLoss<C>(
  kept: StateResource[],
  config: C,
  fate: FateOf<C>,
  allowed: string[],
): CliError | undefined {
  const lost = kept.flatMap((resource) => {
    const of = fate(resource, config);
    if (of === undefined || !('lost' in of) || allowed.includes(nameOf(resource))) return [];
    return [{ resource, copy: of.lost }];
  });
  if (lost.length === 0) return undefined;
  const names = [...allowed, ...lost.map(({ resource }) => nameOf(resource))];
  return needsAPerson(
    `No copy would be left of these:\n${lost.map(({ resource, copy }) => `  ${titleOf(resource)}\n    ${copy}`).join('\n')}`,
    `Copy what is wanted; then say the same with ${names.map((name) => `--allow-data-loss ${name}`).join(' ')}.`,
  );
}

/** What is left of what was purged, in words. */
export const leftOf = <C>(kept: StateResource[], config: C, fate: FateOf<C>): string[] =>
  kept.flatMap((resource) => {
    const of = fate(resource, config);
    return of !== undefined && 'left' in of ? [`  ${titleOf(resource)}: ${of.left}`] : [];
  });
