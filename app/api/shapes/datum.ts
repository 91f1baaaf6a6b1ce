import { z } from 'zod';
import type { DatumRecord } from '../../core/data/record.ts';
import type { Links } from '../urls.ts';
import { Time, time, timeOrNull } from './time.ts';

export const Datum = z
  .object({
    id: z.string(),
    name: z.string(),
    size: z.int(),
    uri: z.string().nullable().describe("Good as an execution's input; null once purged."),
    store: z.string(),
    project: z.string(),
    md5: z.string().nullable(),
    sha1: z.string().nullable(),
    sha256: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    tags: z.array(z.string()),
    aliases: z.array(z.string()),
    purged: z.boolean(),
    ctime: Time,
    file_ctime: Time.nullable(),
    file_mtime: Time.nullable(),
    output_execution: z
      .object({
        id: z.string(),
        counter: z.int(),
        step: z.string(),
        url: z.string(),
        urls: z.object({ display: z.string() }),
      })
      .nullable(),
    url: z.string(),
    urls: z.object({ download: z.string(), purge: z.string() }),
  })
  .meta({ id: 'Datum' });

export const datumShape = (row: DatumRecord, links: Links): z.infer<typeof Datum> => ({
  id: row.id,
  name: row.name,
  size: row.size,
  uri: row.purged ? null : `datum://${row.id}`,
  store: row.store_id,
  project: row.project_id,
  md5: row.md5,
  sha1: row.sha1,
  sha256: row.sha256,
  metadata: row.metadata,
  tags: row.tags,
  aliases: row.aliases,
  purged: row.purged,
  ctime: time(row.ctime),
  file_ctime: timeOrNull(row.file_ctime),
  file_mtime: timeOrNull(row.file_mtime),
  output_execution:
    row.execution_id === null
      ? null
      : {
          id: row.execution_id,
          counter: row.execution_counter ?? 0,
          step: row.execution_step ?? '',
          url: links.api('executions', row.execution_id),
          urls: {
            display: links.page(
              'p',
              row.owner_name,
              row.project_name,
              'executions',
              String(row.execution_counter),
            ),
          },
        },
  url: links.api('data', row.id),
  urls: { download: links.api('data', row.id, 'download'), purge: links.api('data', row.id, 'purge') },
});
