import { z } from 'zod';
import type { AttemptRecord } from '../../core/executions/attempts.ts';
import { Time, time, timeOrNull } from './time.ts';

export const Attempt = z
  .object({
    number: z.int(),
    worker: z.string().nullable().describe('Null: it is forgotten.'),
    started_at: Time,
    ended_at: Time.nullable().describe('Null: it lives.'),
    status: z.enum(['complete', 'error', 'crashed', 'stopped']).nullable(),
    exit_code: z.int().nullable(),
    reason: z.string(),
    run_again: z.boolean().describe('The execution was queued again after it.'),
    refused_reports: z.int().describe('So many reports came after its end, and were refused.'),
  })
  .meta({ id: 'Attempt' });

export const attemptShape = (row: AttemptRecord): z.infer<typeof Attempt> => ({
  number: row.number,
  worker: row.worker,
  started_at: time(row.started_at),
  ended_at: timeOrNull(row.ended_at),
  status: row.end_status,
  exit_code: row.exit_code,
  reason: row.reason ?? '',
  run_again: row.run_again,
  refused_reports: row.refused_reports,
});
