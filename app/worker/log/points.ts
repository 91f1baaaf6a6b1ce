/** Metadata points, found in the spool and reported in order. */
import type { LogLine } from '../../protocol/worker.ts';
import type { Point, RunApi } from '../api.ts';
import { HttpError } from '../http.ts';
import { type Follower, follow } from './follow.ts';
import { metadataOf } from './metadata.ts';
import type { Position, Slice, Spool } from './spool.ts';

/** The report's own limits, with room to spare: 1,000 points, and a body that the API takes. */
const BATCH = { maxLines: 1000, maxBytes: 256 * 1024 };
const BRACE = 0x7b;
const STDOUT_OBJECT = /^\[\d+,"[^"]*","stdout","(?:\s|\\[tn])*\{/gm;

/** Reports points as they come. `onRefused` is told where the API will not have some of them. */
export function reportPoints(
  spool: Spool,
  from: Position,
  api: RunApi,
  onRefused: (error: Error, points: Point[]) => void,
  onRead?: () => void,
): Follower {
  const report = async ({ data }: Slice) => {
    const points = pointsIn(data);
    if (points.length === 0) return;
    try {
      await api.metadata({ points });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      onRefused(error, points);
    }
  };
  return follow(spool, from, BATCH, report, onRead);
}

/** The points among log lines as they lie in the spool. Only lines that may be one are parsed. */
export function pointsIn(data: Buffer): Point[] {
  if (!data.includes(BRACE)) return [];
  const text = data.toString();
  const points: Point[] = [];
  for (const { index } of text.matchAll(STDOUT_OBJECT)) {
    const [seq, time, , message] = JSON.parse(text.slice(index, text.indexOf('\n', index))) as LogLine;
    const value = metadataOf(message, time);
    if (value !== null) points.push({ seq, time, value });
  }
  return points;
}
