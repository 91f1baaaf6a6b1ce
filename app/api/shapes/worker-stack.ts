import { z } from 'zod';
import type { WorkerStackView } from '../../core/worker-stacks/fields.ts';
import type { Links } from '../urls.ts';

export const WorkerStack = z.object({
  name: z.string(),
  cloud: z.string(),
  environments: z.array(z.string()),
  /** When its scaler was heard of last; null: never. */
  last_seen: z.string().nullable(),
  ctime: z.string(),
  url: z.string(),
});

export const workerStackShape = (
  { name, cloud, environments, reported_at, ctime }: WorkerStackView,
  links: Links,
): z.infer<typeof WorkerStack> => ({
  name,
  cloud,
  environments,
  last_seen: reported_at?.toISOString() ?? null,
  ctime: ctime.toISOString(),
  url: links.api('worker-stacks', name),
});
