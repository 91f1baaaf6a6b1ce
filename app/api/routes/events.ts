/** Logs: windows of events, the raw text, and the live stream (contract 1.8). */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { events, statusEvents } from '../../core/logs/events.ts';
import { type Followed, follow } from '../../core/logs/follow.ts';
import { eventsOf, type Lines } from '../../core/logs/live.ts';
import type { Event } from '../../core/logs/window.ts';
import { answerOf } from '../shapes/answer.ts';
import { eventShape, LogEvent, positionOf, rawLine, sentEvent } from '../shapes/event.ts';
import { Frames } from '../shapes/frames.ts';
import type { Routes } from '../types.ts';

const Id = z.object({ id: z.string() });
const Limit = z.object({ limit: z.coerce.number().int().min(0).optional() });
const Events = z.object({ total: z.int(), truncated: z.boolean(), events: z.array(LogEvent) });
const StatusEvents = z.object({ total: z.int(), status_events: z.array(LogEvent) });
/** Windows up to this many lines are answered in one piece, so that a failure still is an error. */
const AT_ONCE = 10_000;
/** A slow reader holds back the reading of the log: a piece may be a megabyte. */
const ONE = { highWaterMark: 1 };

async function* asJson(
  total: number,
  truncated: boolean,
  pieces: AsyncIterable<Event[]>,
): AsyncGenerator<string> {
  yield `{"total":${total},"truncated":${truncated},"events":[`;
  let separator = '';
  for await (const piece of pieces) {
    yield separator + piece.map((event) => JSON.stringify(eventShape(event))).join(',');
    separator = ',';
  }
  yield ']}';
}
async function* asText(pieces: AsyncIterable<Event[]>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.map(rawLine).join('');
}

const routes: Routes = async (app) => {
  const tags = ['logs'];
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.get(
    '/api/v0/executions/:id/events/',
    {
      schema: {
        tags,
        summary: 'The last lines of a log; limit=0: all of it',
        params: Id,
        querystring: Limit,
        response: { 200: Events },
      },
    },
    async (request, reply) => {
      const log = await events(request.context, { execution: request.params.id, limit: request.query.limit });
      const { total, truncated } = log;
      const size = request.query.limit === 0 ? total : Math.min(total, request.query.limit ?? total);
      if (size > AT_ONCE) {
        return reply
          .type('application/json')
          .send(Readable.from(asJson(total, truncated, log.events), ONE) as never);
      }
      const shown = (await Array.fromAsync(log.events)).flat().map(eventShape);
      return { total, truncated, events: shown };
    },
  );
  app.get(
    '/api/v0/executions/:id/status-events/',
    {
      schema: {
        tags,
        summary: "The platform's own lines of a log",
        params: Id,
        querystring: Limit,
        response: { 200: StatusEvents },
      },
    },
    async (request) => {
      const found = await statusEvents(request.context, {
        execution: request.params.id,
        limit: request.query.limit,
      });
      return { total: found.length, status_events: found.map(eventShape) };
    },
  );
  app.get(
    '/api/v0/executions/:id/log/',
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'The whole log as text',
        params: Id,
        response: { 200: answerOf('text/plain; charset=utf-8', 'A line for every line of the log') },
      },
    },
    async (request, reply) => {
      const log = await events(request.context, { execution: request.params.id, limit: 0 });
      reply.header(
        'content-disposition',
        `attachment; filename="execution-${request.params.id.replace(/[^\w-]/g, '-')}.log"`,
      );
      return reply.type('text/plain; charset=utf-8').send(Readable.from(asText(log.events), ONE));
    },
  );
  app.get(
    '/api/v0/executions/:id/events/stream/',
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'The log as it grows, as server-sent events',
        params: Id,
        querystring: Limit,
        response: { 200: answerOf('text/event-stream', 'An event for every line, and one at the end') },
      },
    },
    async (request, reply) => {
      const stream = live(request, reply, request.params.id, request.query.limit, closing.signal);
      // The first piece comes before the headers, so that "does not exist" still is a 404.
      const first = await stream.next();
      reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      return reply.type('text/event-stream').send(Readable.from(withFirst(first, stream), ONE));
    },
  );
};
export default routes;

async function* withFirst(
  first: IteratorResult<string | Buffer>,
  rest: AsyncGenerator<string | Buffer>,
): AsyncGenerator<string | Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

async function* live(
  request: FastifyRequest,
  reply: FastifyReply,
  execution: string,
  limit: number | undefined,
  closing: AbortSignal,
): AsyncGenerator<string | Buffer> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing]);
  const header = request.headers['last-event-id'];
  const seen = positionOf(typeof header === 'string' ? header : undefined);
  for await (const part of follow(request.context, { execution, seen, limit, signal })) yield sent(part);
}

/** The same lines are given to everybody who watches: they are written out once. */
const written = new WeakMap<Lines[], Buffer>();
const frames = new Frames();
function writtenOut(some: Lines[]): Buffer {
  const known = written.get(some);
  if (known) return known;
  for (const lines of some) {
    if (Array.isArray(lines) || !frames.batch(lines))
      for (const event of eventsOf([lines])) frames.text(sentEvent(event));
  }
  const all = frames.take();
  written.set(some, all);
  return all;
}

function sent(part: Followed): string | Buffer {
  const { kind } = part;
  if (kind === 'lines') return writtenOut(part.lines);
  if (kind === 'window')
    return `retry: 1000\nevent: window\ndata: ${JSON.stringify({ total: part.total, skipped: part.skipped })}\n\n`;
  if (kind === 'end') return `event: end\ndata: ${JSON.stringify({ status: part.status })}\n\n`;
  return ': still here\n\n';
}
