import { z } from 'zod';
import type { AliasMove } from '../../core/datum-aliases/get.ts';
import type { AliasRecord } from '../../core/datum-aliases/record.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const DatumAlias = z
  .object({
    id: z.string(),
    name: z.string(),
    project: z.string(),
    datum: z
      .object({
        id: z.string(),
        name: z.string(),
        size: z.int(),
        md5: z.string().nullable(),
        sha1: z.string().nullable(),
        sha256: z.string().nullable(),
        purged: z.boolean(),
        uri: z.string().nullable(),
        url: z.string(),
      })
      .describe('The file that the name stands for.'),
    uri: z.string().describe("Good as an execution's input, in this project."),
    ctime: Time,
    mtime: Time.describe('When it was pointed at its file.'),
    url: z.string(),
  })
  .meta({ id: 'DatumAlias' });
export const AliasDetail = DatumAlias.extend({
  history: z.array(z.object({ time: Time, datum: z.string(), by: z.string().nullable() })),
}).meta({ id: 'DatumAliasDetail' });

export const aliasShape = (row: AliasRecord, links: Links): z.infer<typeof DatumAlias> => ({
  id: row.id,
  name: row.name,
  project: row.project_id,
  datum: {
    id: row.datum_id,
    name: row.datum_name,
    size: row.size,
    md5: row.md5,
    sha1: row.sha1,
    sha256: row.sha256,
    purged: row.purged,
    uri: row.purged ? null : `datum://${row.datum_id}`,
    url: links.api('data', row.datum_id),
  },
  uri: `datum://${row.name}`,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('datum-aliases', row.id),
});

export const aliasDetail = (alias: AliasRecord, history: AliasMove[], links: Links) => ({
  ...aliasShape(alias, links),
  history: history.map((move) => ({ ...move, time: time(move.time) })),
});
