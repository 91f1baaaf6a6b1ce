import { z } from 'zod';
import type { Event } from '../../core/logs/window.ts';

export const LogEvent = z
  .object({
    time: z.string().describe('UTC, six fraction digits, no zone; differs from line to line.'),
    stream: z.enum(['status', 'stdout', 'stderr']),
    message: z.string(),
  })
  .meta({ id: 'LogEvent' });

export const eventShape = ({ time, stream, message }: Event): z.infer<typeof LogEvent> => ({
  time,
  stream,
  message,
});

/** One server-sent event per line; its id is where a viewer resumes. */
export const sentEvent = ({ attempt, seq, time, stream, message }: Event): string =>
  `id: ${attempt}-${seq}\ndata: ${JSON.stringify({ seq, time, stream, message })}\n\n`;

/** The place a viewer was at, from `Last-Event-ID`; undefined where it says nothing usable. */
export function positionOf(id: string | undefined): { attempt: number; seq: number } | undefined {
  const found = /^(\d{1,9})-(\d{1,15})$/.exec(id ?? '');
  return found ? { attempt: Number(found[1]), seq: Number(found[2]) } : undefined;
}

/** A line of the raw log. */
export const rawLine = ({ time, stream, message }: Event): string => `${time} ${stream} ${message}\n`;
