import { z } from 'zod';
import type { QuotaView } from '../../core/quotas/view.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Quota = z
  .object({
    id: z.string(),
    owner: z
      .object({ id: z.string(), username: z.string() })
      .describe('The organization whose executions are counted.'),
    kind: z.enum(['user', 'team', 'project']),
    subject: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('Null: each that has no quota of its own.'),
    max_running: z.int(),
    running: z.int().nullable().describe('How many run now; null where it is of each another number.'),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'Quota' });

export const quotaShape = (row: QuotaView, links: Links): z.infer<typeof Quota> => ({
  id: row.id,
  owner: { id: row.organization_id, username: row.owner },
  kind: row.kind,
  subject: row.subject_id === null ? null : { id: row.subject_id, name: row.subject ?? '' },
  max_running: row.most,
  running: row.running,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('quotas', row.id),
});
