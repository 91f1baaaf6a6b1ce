/** Machines that run jobs, for who looks after them; what the machines themselves say is in `worker.ts`. */
import { z } from 'zod';
import { listWorkers } from '../../core/workers/list.ts';
import { getWorker, removeWorker, sendHome } from '../../core/workers/remove.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { ListQuery } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Worker, workerShape } from '../shapes/worker.ts';
import type { Routes } from '../types.ts';

const Id = z.object({ id: z.string() });
const one = '/api/v0/workers/:id/';

const routes: Routes = async (app) => {
  const tags = ['workers'];
  app.get(
    '/api/v0/workers/',
    {
      schema: {
        tags,
        summary: 'List the workers of the environments over which you have a role',
        querystring: ListQuery,
        response: { 200: Page(Worker) },
      },
    },
    async (request) => {
      const window = windowOf(request.query);
      const found = await listWorkers(request.context, window);
      return page(request, window, found, found.rows.map(workerShape));
    },
  );
  app.get(
    one,
    { schema: { tags, summary: 'One worker', params: Id, response: { 200: Worker } } },
    async (request) => workerShape(await getWorker(request.context, request.params.id)),
  );
  app.post(
    `${one}drain/`,
    {
      schema: {
        tags,
        summary: 'Let a machine that joined by a code take no new job',
        params: Id,
        response: { 200: Worker },
      },
    },
    async (request) => workerShape(await sendHome(request.context, request.params.id)),
  );
  app.delete(
    one,
    {
      schema: {
        tags,
        summary: 'Forget a machine that joined by a code, once it has drained',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeWorker(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
