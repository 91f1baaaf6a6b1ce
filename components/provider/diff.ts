/** Differences between old and new inputs, and stand-ins for values that a preview cannot know. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyKind, Difference, Properties } from './kind.ts';

/** The engine's word for "not known yet", wherever a value stands. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** Old and new inputs compared by value, and what the kind adds. An unknown value counts as changed. */
export function differences(
  kind: AnyKind,
  olds: Properties,
  oldInputs: Properties,
  news: Properties,
): Difference {
  const names = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])];
  const changed = names.filter(
    (name) => !kind.unimportant?.includes(name) && !isDeepStrictEqual(oldInputs[name], news[name]),
  );
  const more = hasUnknown(news) ? {} : (kind.diff?.(olds, news) ?? {});
  const replaced = changed.filter((name) => kind.replaceOn?.includes(name));
  return {
    changed: [...new Set([...changed, ...(more.changed ?? []), ...(more.replaced ?? [])])],
    replaced: [...new Set([...replaced, ...(more.replaced ?? [])])],
  };
}

/** What a preview says a resource will be: its inputs, and its outputs as far as they can be known. */
export function foreseen(kind: AnyKind, news: Properties, olds?: Properties): Properties {
  const open = olds === undefined ? kind.outputs : (kind.updates ?? kind.outputs);
  const outputs = kind.outputs.map((name) => [name, open.includes(name) ? UNKNOWN : olds?.[name]]);
  return { ...Object.fromEntries(outputs), ...news };
}
