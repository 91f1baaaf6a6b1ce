import { z } from 'zod';
import { mostOf, Window } from '../../core/environments/scaling.ts';
import type { EnvironmentView } from '../../core/environments/view.ts';
import { can } from '../../core/rights.ts';
import type { Links } from '../urls.ts';
import { Time, time, timeOrNull } from './time.ts';

export const Environment = z
  .object({
    id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    enabled: z
      .boolean()
      .describe("Whether it takes new jobs: one taken out of the installation's config does not."),
    type: z.string(),
    owner: z.object({ id: z.string(), name: z.string() }).nullable(),
    team: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe("Of the owner, whose members alone may use it; null: everybody of the owner's."),
    provider: z.string(),
    executor: z.string(),
    worker_count: z.int().describe('Workers heard of within the last minute.'),
    has_gpu: z.boolean(),
    gpu_spec: z.string(),
    per_hour_price_usd: z.string(),
    per_user_queue_quota: z.int(),
    supports_priority: z.boolean(),
    allow_personal_usage: z.boolean(),
    bill_usage: z.boolean(),
    per_user_resource_quotas: z
      .record(z.string(), z.unknown())
      .describe("Of the clients' vocabulary; nothing here sets them."),
    spot_max_price: z.null(),
    enable_smart_vm_selection: z.boolean(),
    default_time_limit: z
      .number()
      .nullable()
      .describe('Seconds, for executions that have no limit of their own; null: none.'),
    max_retries: z
      .int()
      .describe('So often executions are run again that were lost without their own doing.'),
    environment_variables: z.record(z.string(), z.string()).describe('Of every job here; none is a secret.'),
    allowed_images: z
      .array(z.string())
      .describe('The only images that jobs here may run; none: every image.'),
    is_scalable: z
      .boolean()
      .describe(
        'Whether the platform starts and ends its machines; without that the fields `scale_…` say nothing.',
      ),
    scale_min: z.int().describe('Machines that are kept even when nobody needs them.'),
    scale_max: z.int().describe('Never more machines than these, and never more than the ceiling.'),
    scale_ceiling: z
      .int()
      .describe("What the installation's config allows at most; only `cove up` changes it."),
    scale_down_grace_period: z.number().describe('Minutes that an idle machine is kept.'),
    scale_schedule: z
      .array(Window)
      .describe('Times in which other bounds hold; of those that are open the first counts.'),
    scale_status: z.string().describe('What its machines are about to do while jobs wait; else empty.'),
    paused: z.boolean().describe('While it is paused no job starts; those that run go on.'),
    paused_at: Time.nullable(),
    paused_by: z.string().nullable().describe('Username.'),
    pause_reason: z.string(),
    machine_type: z.string(),
    spot: z.boolean(),
    read_only: z.boolean().describe('Whether who asks may not change it.'),
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
  enabled: row.enabled && row.in_config && row.purpose === 'jobs',
  type: row.executor === 'kubernetes' ? 'kubernetes' : 'vm',
  owner: row.organization_id ? { id: row.organization_id, name: row.owner ?? '' } : null,
  team: row.team_id ? { id: row.team_id, name: row.team ?? '' } : null,
  provider: row.machine_group?.kind ?? 'local',
  executor: row.executor,
  worker_count: row.workers,
  has_gpu: row.gpu_spec !== '',
  gpu_spec: row.gpu_spec,
  per_hour_price_usd: row.per_hour_price_usd,
  per_user_queue_quota: row.per_user_queue_quota,
  supports_priority: true,
  allow_personal_usage: row.organization_id === null,
  bill_usage: false,
  per_user_resource_quotas: {},
  spot_max_price: null,
  enable_smart_vm_selection: false,
  default_time_limit: row.default_time_limit,
  max_retries: row.max_retries,
  environment_variables: row.environment_variables,
  allowed_images: row.allowed_images,
  is_scalable: row.machine_group !== null && row.purpose === 'jobs',
  scale_min: row.min_machines,
  scale_max: mostOf(row),
  scale_ceiling: row.ceiling,
  scale_down_grace_period: row.grace_seconds / 60,
  scale_schedule: row.schedule,
  scale_status: row.scaling ?? '',
  paused: row.paused_at !== null,
  paused_at: timeOrNull(row.paused_at),
  paused_by: row.pauser,
  pause_reason: row.pause_reason,
  machine_type: row.machine_type,
  spot: row.spot,
  read_only: !can(row.role, 'environment.update'),
  ...(row.unfinished === null ? {} : { unfinished_job_count: row.unfinished }),
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('environments', row.id),
});
