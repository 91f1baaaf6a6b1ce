import { invalid } from './errors.ts';

const MAX_TAGS = 100;
const MAX_LENGTH = 200;

/** Each once, without white space around it; empty ones count as none. */
export function tidyTags(tags: string[]): string[] {
  const tidy = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  if (tidy.length > MAX_TAGS)
    throw invalid('tags', `There are ${tidy.length} tags; at most ${MAX_TAGS} are kept.`);
  const long = tidy.find((tag) => tag.length > MAX_LENGTH);
  if (long === undefined) return tidy;
  throw invalid('tags', `The tag "${long.slice(0, 50)}…" is longer than ${MAX_LENGTH} characters.`);
}
