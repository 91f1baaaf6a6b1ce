/** Notebooks: executions that run the Jupyter of an image (contract 1.10). */
import { z } from 'zod';
import { createNotebook } from '../../core/executions/create-notebook.ts';
import { CreateNotebook } from '../../core/executions/notebook.ts';
import { openNotebook } from '../../core/executions/open-notebook.ts';
import { Execution, executionShape } from '../shapes/execution.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const routes: Routes = async (app) => {
  const tags = ['executions'];
  app.post(
    '/api/v0/notebook-executions/',
    {
      schema: {
        tags,
        summary: 'Start a notebook: an execution that runs the Jupyter of an image',
        body: CreateNotebook,
        response: { 201: Execution },
      },
      // As with other executions: forms and older spellings become this first.
      validatorCompiler: () => (data) => ({ value: data }),
    },
    async (request, reply) => {
      const { execution, outputs } = await createNotebook(request.context, request.body);
      return reply.code(201).send(executionShape(execution, outputs, linksOf(request)));
    },
  );
  app.get(
    '/api/v0/executions/:id/notebook/',
    {
      schema: {
        tags,
        summary: 'Where a running notebook is, with what opens it',
        params: z.object({ id: z.string() }),
        response: { 200: z.object({ url: z.string() }) },
      },
    },
    async (request) => openNotebook(request.context, { execution: request.params.id }),
  );
};
export default routes;
