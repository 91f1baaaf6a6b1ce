import { z } from 'zod';
import type { EnvironmentView } from '../../core/environments/list.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Environment = z
  .object({
    id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    type: z.string(),
    owner: z.object({ id: z.string(), name: z.string() }).nullable(),
    provider: z.string(),
    executor: z.string(),
    /** Workers heard of within the last minute. */
    worker_count: z.int(),
    has_gpu: z.boolean(),
    gpu_spec: z.string(),
    per_hour_price_usd: z.string(),
    per_user_queue_quota: z.int(),
    supports_priority: z.boolean(),
    is_scalable: z.boolean(),
    unfinished_job_count: z.int().optional(),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'Environment' });

export const environmentShape = (row: EnvironmentView, links: Links): z.infer<typeof Environment> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  enabled: row.enabled,
  type: row.executor === 'kubernetes' ? 'kubernetes' : 'vm',
  owner: row.organization_id ? { id: row.organization_id, name: row.owner ?? '' } : null,
  provider: 'local',
  executor: row.executor,
  worker_count: row.workers,
  has_gpu: row.gpu_spec !== '',
  gpu_spec: row.gpu_spec,
  per_hour_price_usd: row.per_hour_price_usd,
  per_user_queue_quota: row.per_user_queue_quota,
  supports_priority: true,
  is_scalable: false,
  ...(row.unfinished === null ? {} : { unfinished_job_count: row.unfinished }),
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('environments', row.id),
});
