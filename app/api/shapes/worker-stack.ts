import { z } from 'zod';
import type { WorkerStackView } from '../../core/worker-stacks/fields.ts';
import type { Links } from '../urls.ts';
import { time, timeOrNull } from './time.ts';

/** A group of machines, as its scaler told of it last. */
const Group = z.object({
  group: z.string(),
  machines: z
    .int()
    .nullable()
    .describe('How many there are, and how many the cloud was asked for; null: it could not be told.'),
  wanted: z.int().nullable(),
  trouble: z
    .string()
    .nullable()
    .describe('Why there are fewer, or why it could not be told; null: nothing is wrong.'),
});

export const WorkerStack = z.object({
  name: z.string(),
  cloud: z.string(),
  environments: z.array(z.string()),
  last_seen: z.string().nullable().describe('When its scaler was heard of last; null: never.'),
  groups: z.array(Group),
  ctime: z.string(),
  url: z.string(),
});

export const workerStackShape = (
  { name, cloud, environments, report, reported_at, ctime }: WorkerStackView,
  links: Links,
): z.infer<typeof WorkerStack> => ({
  name,
  cloud,
  environments,
  last_seen: timeOrNull(reported_at),
  groups: Object.entries(report).map(([group, look]) =>
    'error' in look
      ? { group, machines: null, wanted: null, trouble: look.error }
      : { group, machines: look.machines.length, wanted: look.wanted, trouble: look.refusal },
  ),
  ctime: time(ctime),
  url: links.api('worker-stacks', name),
});
