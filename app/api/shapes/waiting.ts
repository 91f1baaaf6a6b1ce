import { z } from 'zod';
import type { Answer } from '../../core/executions/waiting/state.ts';
import { Time, time } from './time.ts';

export const Waiting = z
  .object({
    waiting: z
      .boolean()
      .describe('False: its command has started, or never will; then everything else is null or empty.'),
    reason: z
      .string()
      .nullable()
      .describe('A stable word: `queue`, `quota`, `paused`, `max_scale`, `machine_starting`, `image`, …'),
    message: z.string().describe('One line for a person, with the numbers in it.'),
    cure: z.string().describe('What helps, and who can do it.'),
    since: Time.nullable(),
    numbers: z
      .record(z.string(), z.number())
      .describe(
        '`waited_seconds`, and what there is to count of the reason, such as `bytes_done` and `bytes_total`.',
      ),
    estimate: z
      .number()
      .nullable()
      .describe(
        'Seconds until it starts, at the earliest: from how fast its files come, or how long others took.',
      ),
    estimate_unknown: z.string().describe('Why there is no estimate; empty where there is one.'),
  })
  .meta({ id: 'Waiting' });

export const waitingShape = (answer: Answer | null): z.infer<typeof Waiting> => ({
  waiting: answer !== null,
  reason: answer?.code ?? null,
  message: answer?.message ?? '',
  cure: answer?.cure ?? '',
  since: answer === null ? null : time(new Date(answer.since)),
  numbers: answer?.numbers ?? {},
  estimate: answer !== null && 'seconds' in answer.estimate ? answer.estimate.seconds : null,
  estimate_unknown: answer !== null && 'unknown' in answer.estimate ? answer.estimate.unknown : '',
});
