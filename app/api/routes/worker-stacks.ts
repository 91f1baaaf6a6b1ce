import { z } from 'zod';
import { checkWorkerStack } from '../../core/worker-stacks/check.ts';
import { StackName } from '../../core/worker-stacks/fields.ts';
import { getWorkerStack, listWorkerStacks } from '../../core/worker-stacks/list.ts';
import { putWorkerStack } from '../../core/worker-stacks/put.ts';
import { removeWorkerStack } from '../../core/worker-stacks/remove.ts';
import { WorkerStackSettings } from '../../settings.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { ListQuery } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { WorkerStack, workerStackShape } from '../shapes/worker-stack.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const tags = ['worker stacks'];
const Name = z.object({ name: StackName });
const path = '/api/v0/worker-stacks/:name/';

const routes: Routes = async (app) => {
  app.get(
    '/api/v0/worker-stacks/',
    {
      schema: {
        tags,
        summary: 'List the worker stacks that have joined',
        querystring: ListQuery,
        response: { 200: Page(WorkerStack) },
      },
    },
    async (request) => {
      const window = windowOf(request.query);
      const found = await listWorkerStacks(request.context, window);
      const links = linksOf(request);
      return page(
        request,
        window,
        found,
        found.rows.map((row) => workerStackShape(row, links)),
      );
    },
  );
  app.get(
    path,
    { schema: { tags, summary: 'One worker stack', params: Name, response: { 200: WorkerStack } } },
    async (request) =>
      workerStackShape(await getWorkerStack(request.context, request.params.name), linksOf(request)),
  );
  app.put(
    path,
    {
      schema: {
        tags,
        summary: 'Make a worker stack known, or change what is known of it',
        params: Name,
        body: WorkerStackSettings,
        response: { 200: WorkerStack },
      },
    },
    async (request) => {
      const found = await putWorkerStack(request.context, request.params.name, request.body);
      return workerStackShape(found, linksOf(request));
    },
  );
  app.post(
    `${path}check/`,
    {
      schema: {
        tags,
        summary: 'Whether a worker stack would be let in, before it is made',
        params: Name,
        body: z.object({ environments: z.array(z.string()).min(1) }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await checkWorkerStack(request.context, request.params.name, request.body);
      return reply.code(204).send();
    },
  );
  app.delete(
    path,
    { schema: { tags, summary: 'Forget a worker stack', params: Name, response: { 204: Nothing } } },
    async (request, reply) => {
      await removeWorkerStack(request.context, request.params.name);
      return reply.code(204).send();
    },
  );
};
export default routes;
