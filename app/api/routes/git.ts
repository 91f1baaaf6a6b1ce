/** `/git/example.git`: the one repository this server has itself, for the proving run (design 3). */
import { PassThrough, type Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { notFound } from '../../core/errors.ts';
import { advertiseRefs, answerFetch } from '../../core/repositories/serve-example.ts';
import { answerOf, Bytes, unread } from '../shapes/answer.ts';
import type { Routes } from '../types.ts';

const routes: Routes = async (app, { options }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const protocolOf = (request: FastifyRequest) => request.headers['git-protocol'] as string | undefined;
  const repository = () => {
    if (options.exampleRepository) return options.exampleRepository;
    throw notFound('The example repository');
  };

  const described = <T extends object>(summary: string, type: string, more: T) => ({
    config: { access: 'public' } as const,
    schema: {
      tags: ['git'],
      summary,
      response: {
        200: answerOf(`application/x-git-upload-pack-${type}`, "Git's own protocol"),
        403: answerOf('text/plain', 'This repository is read-only'),
      },
      ...more,
    },
    ...unread,
  });
  app.get(
    '/git/example.git/info/refs',
    described('Branches of the example, for `git clone`', 'advertisement', {
      querystring: z.object({ service: z.literal('git-upload-pack') }),
    }),
    async (request, reply) => {
      const { service } = request.query;
      if (service !== 'git-upload-pack') {
        return reply.code(403).type('text/plain').send('This repository is read-only.\n');
      }
      const { head, body } = advertiseRefs(repository(), protocolOf(request));
      const stream = new PassThrough();
      stream.write(head);
      body.on('error', (error) => stream.destroy(error)).pipe(stream);
      return reply
        .type('application/x-git-upload-pack-advertisement')
        .header('cache-control', 'no-cache')
        .send(stream);
    },
  );

  app.post(
    '/git/example.git/git-upload-pack',
    described('Commits of the example, for `git clone`', 'result', {
      body: Bytes,
      consumes: ['application/x-git-upload-pack-request'],
    }),
    async (request, reply) => {
      const body = answerFetch(repository(), {
        protocol: protocolOf(request),
        encoding: request.headers['content-encoding'],
        body: (request.body ?? request.raw) as Readable,
      });
      return reply
        .type('application/x-git-upload-pack-result')
        .header('cache-control', 'no-cache')
        .send(body);
    },
  );
};
export default routes;
