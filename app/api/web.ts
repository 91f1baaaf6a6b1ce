/** Serves the built web application; every path that is neither file nor API is a page of it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');
/** Where programs look, and an HTML page would only confuse them. */
const PROGRAMS = /^\/+(api|store|git|healthz|livez|readyz|metrics)(\/|\?|$)/;

const NOT_BUILT = `The web application is not built on this server.

The API works: see /api/docs/. To build the pages, run \`npm run up\` again,
or \`node_modules/.bin/vite build app/web\` in the folder of the platform.
`;

async function plugin(app: FastifyInstance, options: { folder?: string | undefined }): Promise<void> {
  const folder = options.folder ?? DIST;
  const built = existsSync(join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      index: 'index.html',
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Vite puts a hash of the content into the names below assets/.
        const forever = path.startsWith(join(folder, 'assets'));
        reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (PROGRAMS.test(request.url) || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return reply.code(404).send({
        message: `${request.method} ${request.url.split('?')[0]} does not exist`,
        code: 'not_found',
      });
    }
    if (built) return reply.sendFile('index.html');
    return reply.type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}
export const web = fp(plugin);
