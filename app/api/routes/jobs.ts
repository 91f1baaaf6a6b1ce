/** What a running job itself calls, by its `api.json` (contract 3.2), with a token good for nothing else. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestInputs } from '../../core/workers/input-request.ts';
import { setStatusDetail } from '../../core/workers/report-status.ts';
import { Many } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const RequestedInput = z.object({
  name: z.string(),
  files: z.array(
    z.object({
      input_id: z.string(),
      url: z.string(),
      original_uri: z.string(),
      filename: z.string().nullable(),
      download_intent: z.enum(['always', 'on-demand']),
    }),
  ),
});
/** `Authorization: Execution <token>`. */
const jobTokenOf = ({ headers }: FastifyRequest) =>
  /^Execution\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';

const routes: Routes = async (app, { platform }) => {
  const tags = ['executions'];
  const config = { access: 'public' } as const;
  app.post(
    '/api/v0/executions/:id/status-detail/',
    {
      config,
      schema: {
        tags,
        summary: 'For a running job: what it is doing, with its own token',
        params: Id,
        body: z.object({ status_detail: z.coerce.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { status_detail: statusDetail } = request.body;
      const jobToken = jobTokenOf(request);
      await setStatusDetail(platform, { executionId: request.params.id, jobToken, statusDetail });
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v0/executions/:id/input-request/',
    {
      config,
      schema: {
        tags,
        summary: 'For a running job: addresses to fetch inputs from, with its own token',
        params: Id,
        querystring: z.object({ inputs: Many }),
        response: { 200: z.array(RequestedInput) },
      },
    },
    async (request) => {
      const { inputs } = request.query;
      const found = await requestInputs(platform, {
        executionId: request.params.id,
        jobToken: jobTokenOf(request),
        inputs,
      });
      const { absolute } = linksOf(request);
      return found.map(({ name, files }) => ({
        name,
        files: files.map((file) => ({ ...file, url: absolute(file.url) })),
      }));
    },
  );
};
export default routes;
