/** Data stores: buckets that hold files beside the installation's own (contract 1.12). */
import { z } from 'zod';
import { adopt } from '../../core/stores/adopt.ts';
import { createStore } from '../../core/stores/create.ts';
import { deleteStore } from '../../core/stores/delete.ts';
import { CreateStore, UpdateStore } from '../../core/stores/fields.ts';
import { getStore, listStores } from '../../core/stores/list.ts';
import { updateStore } from '../../core/stores/update.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { Filled, ListQuery } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Store, storeShape } from '../shapes/store.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const one = '/api/v0/stores/:id/';

const routes: Routes = async (app) => {
  const tags = ['stores'];
  app.get(
    '/api/v0/stores/',
    {
      schema: {
        tags,
        summary: 'List data stores you may see, or those that a project may use',
        querystring: ListQuery.extend({ project: Filled }),
        response: { 200: Page(Store) },
      },
    },
    async (request) => {
      const window = windowOf(request.query);
      const found = await listStores(request.context, { ...window, project: request.query.project });
      const links = linksOf(request);
      return page(
        request,
        window,
        found,
        found.rows.map((row) => storeShape(row, links)),
      );
    },
  );
  app.post(
    '/api/v0/stores/',
    {
      schema: {
        tags,
        summary: 'Make a data store known, once an object could be written, read and deleted',
        body: CreateStore,
        response: { 201: Store },
      },
    },
    async (request, reply) =>
      reply.code(201).send(storeShape(await createStore(request.context, request.body), linksOf(request))),
  );
  app.get(
    one,
    { schema: { tags, summary: 'One data store', params: Id, response: { 200: Store } } },
    async (request) => storeShape(await getStore(request.context, request.params.id), linksOf(request)),
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: one,
    schema: { tags, summary: 'Change a data store', params: Id, body: UpdateStore, response: { 200: Store } },
    handler: async (request) =>
      storeShape(await updateStore(request.context, request.params.id, request.body), linksOf(request)),
  });
  app.delete(
    one,
    {
      schema: {
        tags,
        summary: 'Forget a data store that holds no file',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deleteStore(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v0/stores/:id/adopt/',
    {
      schema: {
        tags,
        summary: 'Make an object that lies in the bucket a file of a project',
        params: Id,
        body: z.object({ url: z.string().min(1).max(2000), project: z.string() }),
        response: { 200: z.object({ ok: z.literal(true), created: z.record(z.string(), z.string()) }) },
      },
    },
    async (request) => {
      const { url, project } = request.body;
      const created = await adopt(request.context, { store: request.params.id, url, project });
      return { ok: true as const, created };
    },
  );
};
export default routes;
