import { z } from 'zod';
import type { Answer } from '../../core/executions/waiting/explain.ts';
import { Time, time } from './time.ts';

export const Waiting = z
  .object({
    /** False: its command has started, or never will; then everything else is null or empty. */
    waiting: z.boolean(),
    /** A stable word: `queue`, `quota`, `paused`, `max_scale`, `machine_starting`, `image`, … */
    reason: z.string().nullable(),
    /** One line for a person, with the numbers in it. */
    message: z.string(),
    /** What helps, and who can do it. */
    cure: z.string(),
    since: Time.nullable(),
    numbers: z.record(z.string(), z.number()),
    /** Seconds until it starts, where that can be told from how long others took. */
    estimate: z.number().nullable(),
  })
  .meta({ id: 'Waiting' });

export const waitingShape = (answer: Answer | null): z.infer<typeof Waiting> => ({
  waiting: answer !== null,
  reason: answer?.code ?? null,
  message: answer?.message ?? '',
  cure: answer?.cure ?? '',
  since: answer === null ? null : time(new Date(answer.since)),
  numbers: answer?.numbers ?? {},
  estimate: answer?.estimateSeconds ?? null,
});
