/** What every part of any stack in a cloud is told alike, be it an installation or one of workers alone. Pure, but for its files. */
import { readFileSync } from 'node:fs';
import type { Choices } from './choices.ts';
import { physicalName } from './naming.ts';
import { type Sizes, sizesOf } from './sizes.ts';
import { tagsOf } from './tags.ts';

type AnyConfig = Parameters<typeof sizesOf>[0] & {
  tags: Record<string, string>;
  certificateAuthorities: string[];
};

export interface StackSite<C extends AnyConfig = AnyConfig> {
  name: string;
  config: C;
  sizes: Sizes;
  tags: Record<string, string>;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** `cove-<installation>-<part>` */
  named: (part: string) => string;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
}

export const stackSite = <C extends AnyConfig>(
  name: string,
  config: C,
  { purge = [] }: Choices,
): StackSite<C> => ({
  name,
  config,
  sizes: sizesOf(config),
  tags: tagsOf(name, config.tags),
  certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
  named: (part) => physicalName(name, part),
  purge,
});

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: { purge: string[] }, what: string) => ({ protect: !purge.includes(what) });
