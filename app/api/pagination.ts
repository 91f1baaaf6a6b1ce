import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ListQuery } from './query.ts';
import { baseUrl } from './urls.ts';

const DEFAULT_LIMIT = 100;

/** The window a verb is asked for; `limit` null is everything. */
export interface Window {
  limit: number | null;
  offset: number;
  /** False: the verb may leave out counting. */
  count: boolean;
}
export const windowOf = (query: ListQuery): Window => ({
  limit: query.limit === 0 ? null : (query.limit ?? DEFAULT_LIMIT),
  offset: query.offset ?? 0,
  count: !query.no_count,
});

/** The envelope's schema, for the OpenAPI document. */
export const Page = <T extends z.ZodType>(item: T) =>
  z.object({
    count: z.int().optional(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(item),
  });

/** The list envelope of the API. Where nothing was counted, a full page is taken as a sign of another. */
export function page<T>(
  request: FastifyRequest,
  window: Window,
  found: { count?: number | undefined },
  results: T[],
) {
  const { limit, offset } = window;
  const more =
    limit !== null && (found.count === undefined ? results.length === limit : offset + limit < found.count);
  const at = (to: number) => {
    const url = new URL(request.raw.url ?? '/', baseUrl(request));
    url.searchParams.set('offset', String(to));
    return url.href;
  };
  return {
    ...(found.count === undefined ? {} : { count: found.count }),
    next: more ? at(offset + (limit ?? 0)) : null,
    previous: offset > 0 ? at(Math.max(0, offset - (limit ?? offset))) : null,
    results,
  };
}
