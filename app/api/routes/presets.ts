/** Runtime config presets: named by executions in their environment (contract 1.6). */
import { z } from 'zod';
import { CreatePreset, createPreset } from '../../core/presets/create.ts';
import { deletePreset } from '../../core/presets/delete.ts';
import { listPresets } from '../../core/presets/list.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { Filled, ListQuery, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Preset, presetShape } from '../shapes/preset.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const PATH = '/api/v0/runtime-config-presets/';

const routes: Routes = async (app) => {
  const tags = ['environments'];
  app.get(
    PATH,
    {
      schema: {
        tags,
        summary: 'List the runtime config presets of the environments you may use',
        querystring: ListQuery.extend({ environment: Filled }),
        response: { 200: Page(Preset) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listPresets(request.context, { ...window, environment: query.environment });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(presetShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    PATH,
    {
      schema: {
        tags,
        summary: 'Make a runtime config preset',
        body: CreatePreset,
        response: { 201: Preset },
      },
    },
    async (request, reply) =>
      reply.code(201).send(presetShape(await createPreset(request.context, request.body), linksOf(request))),
  );
  app.delete(
    `${PATH}:id/`,
    {
      schema: {
        tags,
        summary: 'Delete a runtime config preset',
        params: z.object({ id: z.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deletePreset(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
