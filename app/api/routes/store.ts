/** Signed addresses of the `fs` store: bytes go straight from and to it, with ranges. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { putSigned, signedObject } from '../../core/stores/served.ts';
import { rangeOf } from '../range.ts';
import { answerOf, Bytes, unread } from '../shapes/answer.ts';
import type { Routes } from '../types.ts';

/** A stored file must never act as a page of this origin. */
const INERT = {
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'private, max-age=0',
};

/** Pictures may be shown inside a page, which `nosniff` allows by their true type alone; all else is mere bytes. */
const PICTURES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
};
const typeOf = (filename: string | undefined) =>
  PICTURES[filename?.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

const Address = z.object({ '*': z.string().describe('Key of the file') });

const routes: Routes = async (app, { platform }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  async function download(request: FastifyRequest, reply: FastifyReply) {
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
    const object = await signedObject(platform, method, request.raw.url ?? '');
    reply.headers(INERT).header('accept-ranges', 'bytes').type(typeOf(object.filename));
    reply.header('content-disposition', object.disposition);
    if (object.etag !== null) reply.header('etag', object.etag);
    // A range of other bytes than those the rest came from would make a file that never was.
    const unchanged = [undefined, object.etag].includes(request.headers['if-range'] as string | undefined);
    const range = unchanged ? rangeOf(request.headers.range, object.size) : null;
    if (range === 'unsatisfiable') {
      return reply.code(416).header('content-range', `bytes */${object.size}`).send();
    }
    const length = range ? range.end - range.start + 1 : object.size;
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${object.size}`);
    reply.header('content-length', length);
    return reply.send(method === 'HEAD' ? '' : await object.open(range ?? undefined));
  }
  const described = <T extends object>(summary: string, more: T) => ({
    config: { access: 'public' } as const,
    schema: { tags: ['store'], summary, params: Address, ...more },
    ...unread,
  });
  const bytes = (description: string) => answerOf('application/octet-stream', description);
  app.route({
    method: ['GET', 'HEAD'],
    url: '/store/*',
    ...described('A stored file, by an address that carries its own permission', {
      response: { 200: bytes('The file'), 206: bytes('The part of it that was asked for') },
    }),
    handler: download,
  });

  app.put(
    '/store/*',
    described('Store a file, by an address that carries its own permission', {
      body: Bytes,
      consumes: ['application/octet-stream'],
      response: { 201: z.object({ size: z.int(), sha256: z.string().optional() }) },
    }),
    async (request, reply) => {
      const length = request.headers['content-length'];
      const md5 = request.headers['content-md5'] as string | undefined;
      // Without Content-Type no parser runs: then the raw request is the body.
      const body = (request.body ?? request.raw) as Readable;
      const about = { length: length ? Number(length) : undefined, md5 };
      const done = await putSigned(platform, request.raw.url ?? '', about, body);
      return reply.code(201).send(done);
    },
  );
};
export default routes;
