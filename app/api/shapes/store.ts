import { z } from 'zod';
import type { StoreRecord } from '../../core/stores/record.ts';
import { uriPrefix } from '../../core/stores/uri.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Store = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z
      .enum(['installation', 's3', 'google', 'azure'])
      .describe('`installation`: the store that comes with Cove.'),
    access_mode: z.enum(['public', 'single_project', 'teams', 'owner_organization']),
    allow_read: z.boolean(),
    allow_write: z.boolean(),
    allow_uri_download: z.boolean(),
    allow_adopt: z.boolean(),
    configuration: z
      .record(z.string(), z.string())
      .describe('Never with credentials: those are in Vault, and no answer has them.'),
    owner: z
      .object({ id: z.string(), username: z.string() })
      .nullable()
      .describe("Null: the installation's."),
    project: z.string().nullable(),
    teams: z.array(z.string()),
    paths: z.array(z.string()).describe("Of the clients' vocabulary: a store is its whole bucket."),
    uri_prefix: z
      .string()
      .nullable()
      .describe('How the addresses of its objects begin; null where they have none.'),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'Store' });

export function storeShape(row: StoreRecord, links: Links): z.infer<typeof Store> {
  const { bucket, ...rest } = row.configuration;
  const named = row.type === 'azure' ? { container: bucket, ...rest } : { bucket, ...rest };
  const shown = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    access_mode: row.access_mode,
    allow_read: row.allow_read,
    allow_write: row.allow_write,
    allow_uri_download: row.allow_uri_download,
    allow_adopt: row.allow_adopt,
    configuration: row.type === 'installation' ? {} : Object.fromEntries(shown),
    owner: row.organization_id === null ? null : { id: row.organization_id, username: row.owner_name ?? '' },
    project: row.project_id,
    teams: row.team_ids,
    paths: [],
    uri_prefix: row.type === 'installation' ? null : uriPrefix(row.type, row.configuration),
    ctime: time(row.ctime),
    mtime: time(row.mtime),
    url: links.api('stores', row.id),
  };
}
