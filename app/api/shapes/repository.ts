import { z } from 'zod';
import type { getRepository } from '../../core/repositories/get.ts';
import type { Links } from '../urls.ts';
import { Time, timeOrNull } from './time.ts';

export const Repository = z
  .object({
    project: z.string(),
    ref: z.string().nullable().describe('The first of `refs`; null: all are fetched.'),
    url: z.string(),
    refs: z.array(z.string()).describe('Branches and tags to fetch; empty: all.'),
    public_key: z.string().nullable().describe('To be added to the Git host as a read-only deploy key.'),
    last_fetch: Time.nullable(),
    last_error: z.string().nullable(),
    urls: z.object({ fetch: z.string() }),
  })
  .meta({ id: 'Repository' });

type Row = Awaited<ReturnType<typeof getRepository>>;
export const repositoryShape = (row: Row, links: Links): z.infer<typeof Repository> => ({
  project: row.project_id,
  ref: row.refs[0] ?? null,
  url: row.url,
  refs: row.refs,
  public_key: row.public_key,
  last_fetch: timeOrNull(row.last_fetch),
  last_error: row.last_error,
  urls: { fetch: links.api('projects', row.project_id, 'fetch') },
});
