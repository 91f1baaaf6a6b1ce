/** Which versions of datasets a file asks to be in, by its own metadata (contract 3.4). Pure. */
import { z } from 'zod';
import { datasetOf, nameProblem } from '../data/address.ts';

const Names = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Entry = z.looseObject({
  uri: z.string(),
  from: z.string().nullish(),
  start_fresh: z.boolean().nullish(),
  exclude: Names.nullish(),
  targeting_aliases: Names.nullish(),
  packaging: z.unknown().optional(),
  associated_project_ids: z.array(z.unknown()).nullish(),
  'valohai.tags': Names.nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

export interface VersionWish {
  dataset: string;
  version: string;
  /** Address of a version whose files are taken over, but for those left out by name or pattern. */
  from: string | null;
  exclude: string[];
  aliases: string[];
  tags: string[];
  metadata: Record<string, unknown>;
}
type Complain = (message: string) => void;

/** What cannot be done goes to `complain`, and the rest is done. */
export function versionWishes(value: unknown, complain: Complain): VersionWish[] {
  if (value === undefined || value === null) return [];
  return [value].flat().flatMap((item) => {
    const parsed = Entry.safeParse(typeof item === 'string' ? { uri: item } : item);
    if (parsed.success) return wishOf(parsed.data, complain) ?? [];
    complain('needed is "dataset://<name>/<version>", or an object with such a "uri"');
    return [];
  });
}

function wishOf(entry: z.infer<typeof Entry>, complain: Complain): VersionWish | null {
  const { uri } = entry;
  const address = datasetOf(uri);
  if (address === null) {
    complain(`${uri} is not of the form dataset://<name>/<version>`);
    return null;
  }
  const { dataset, version } = address;
  const problem = nameProblem(dataset) ?? nameProblem(version);
  if (problem !== null) {
    complain(`${uri}: a name ${problem}`);
    return null;
  }
  if (entry.packaging) complain(`${uri}: files are not packed here; each is fetched by itself`);
  if (entry.associated_project_ids?.length) complain(`${uri}: a dataset belongs to its one project here`);
  return {
    dataset,
    version,
    from: entry.start_fresh === true ? null : (entry.from ?? null),
    exclude: entry.exclude ?? [],
    aliases: entry.targeting_aliases ?? [],
    tags: entry['valohai.tags'] ?? [],
    metadata: entry.metadata ?? {},
  };
}
