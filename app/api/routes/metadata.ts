/** What a run has logged as JSON, point by point. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type MetadataPoint,
  metadataPoints,
  type PointPlace,
  sampledPoints,
} from '../../core/executions/metadata.ts';
import { Page, page, type Window, windowOf } from '../pagination.ts';
import { Filled, ListQuery } from '../query.ts';
import { Time, time } from '../shapes/time.ts';
import type { Routes } from '../types.ts';
import { baseUrl } from '../urls.ts';

const Id = z.object({ id: z.string() });
const Point = z.object({
  attempt: z.int(),
  seq: z.int(),
  time: Time,
  value: z.record(z.string(), z.unknown()),
});
const After = Filled.pipe(
  z
    .string()
    .regex(/^\d{1,9}-\d{1,15}$/, 'expected attempt and seq of a point, like 1-20')
    .optional(),
);
const Sample = z.coerce
  .number()
  .int()
  .min(2)
  .max(10_000)
  .optional()
  .describe(
    'At most so many points of the last attempt, spread evenly over its log. Without effect beside `after`.',
  );
const shape = (point: MetadataPoint): z.infer<typeof Point> => ({ ...point, time: time(point.time) });

const routes: Routes = async (app) => {
  app.get(
    '/api/v0/executions/:id/metadata/',
    {
      schema: {
        tags: ['executions'],
        summary:
          'What a run has logged as JSON; after=ATTEMPT-SEQ: what came behind that point; sample=N: no more than N, spread over the last attempt',
        params: Id,
        querystring: ListQuery.extend({ after: After, sample: Sample }),
        response: { 200: Page(Point) },
      },
    },
    async (request, reply) => {
      const { sample } = request.query;
      if (sample !== undefined && request.query.after === undefined) {
        const points = await sampledPoints(request.context, { execution: request.params.id, most: sample });
        return { next: null, previous: null, results: points.map(shape) };
      }
      // Points are small and are looked at as a whole: without a limit all of them are meant.
      const window = windowOf({ limit: 0, ...request.query });
      const { limit, offset } = window;
      const after = placeOf(request.query.after);
      const pieces = await metadataPoints(request.context, {
        execution: request.params.id,
        limit,
        offset,
        after,
      });
      const first = (await pieces.next()).value ?? [];
      const second = await pieces.next();
      if (second.done) return envelope(request, window, first.length, first.at(-1), first.map(shape));
      async function* all() {
        yield first;
        yield second.value as MetadataPoint[];
        yield* pieces;
      }
      const text = asJson(all(), (sent, last) => envelope(request, window, sent, last, []));
      return reply.type('application/json').send(Readable.from(text, { highWaterMark: 1 }) as never);
    },
  );
};
export default routes;

function placeOf(after: string | undefined): PointPlace | undefined {
  const [attempt, seq] = (after ?? '').split('-').map(Number);
  return attempt === undefined || seq === undefined ? undefined : { attempt, seq };
}

/** The next page begins behind the last point, so that none before it has to be counted off again. */
function envelope<T>(
  request: FastifyRequest,
  window: Window,
  sent: number,
  last: PointPlace | undefined,
  results: T[],
) {
  const { limit, offset } = window;
  const { previous } = page(request, window, { count: 0 }, []);
  const next = new URL(request.raw.url ?? '/', baseUrl(request));
  next.searchParams.delete('offset');
  next.searchParams.set('after', `${last?.attempt}-${last?.seq}`);
  return {
    ...(limit === null && { count: offset + sent }),
    next: limit !== null && sent === limit && last ? next.href : null,
    previous,
    results,
  };
}

/** A run may have millions of points: they pass through, and what is only known at the end comes at the end. */
async function* asJson(
  pieces: AsyncIterable<MetadataPoint[]>,
  end: (sent: number, last: MetadataPoint | undefined) => { results: unknown[] },
): AsyncGenerator<string> {
  let sent = 0;
  let last: MetadataPoint | undefined;
  yield '{"results":[';
  for await (const points of pieces) {
    yield (sent === 0 ? '' : ',') + points.map((point) => JSON.stringify(shape(point))).join(',');
    sent += points.length;
    last = points.at(-1);
  }
  const { results: _, ...rest } = end(sent, last);
  yield `],${JSON.stringify(rest).slice(1)}`;
}
