/** Signed addresses of the `fs` store: bytes go straight from and to it, with ranges. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { putSigned, signedObject } from '../../core/stores/served.ts';
import { rangeOf } from '../range.ts';
import type { Routes } from '../types.ts';

/** A stored file must never act as a page of this origin. */
const INERT = {
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'private, max-age=0',
};

function disposition(filename: string | undefined): string {
  if (!filename) return 'attachment';
  const ascii = filename.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const utf8 = encodeURIComponent(filename).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}

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

const routes: Routes = async (app, { platform }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  async function download(request: FastifyRequest, reply: FastifyReply) {
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
    const object = await signedObject(platform, method, request.raw.url ?? '');
    reply.headers(INERT).header('accept-ranges', 'bytes').type(typeOf(object.filename));
    reply.header('content-disposition', disposition(object.filename));
    const range = rangeOf(request.headers.range, object.size);
    if (range === 'unsatisfiable') {
      return reply.code(416).header('content-range', `bytes */${object.size}`).send();
    }
    const length = range ? range.end - range.start + 1 : object.size;
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${object.size}`);
    reply.header('content-length', length);
    return reply.send(method === 'HEAD' ? '' : await object.open(range ?? undefined));
  }
  app.route({ method: ['GET', 'HEAD'], url: '/store/*', handler: download });

  app.put('/store/*', async (request, reply) => {
    const length = request.headers['content-length'];
    // Without Content-Type no parser runs: then the raw request is the body.
    const body = (request.body ?? request.raw) as Readable;
    const done = await putSigned(platform, request.raw.url ?? '', length ? Number(length) : undefined, body);
    return reply.code(201).send(done);
  });
};
export default routes;
