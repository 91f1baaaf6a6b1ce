/** Names for files: `datum://<name>` is the file that the name stands for when an execution is made (contract 1.10). */
import { z } from 'zod';
import { getAlias, resolveAlias } from '../../core/datum-aliases/get.ts';
import { listAliases, ORDERINGS } from '../../core/datum-aliases/list.ts';
import { createAlias, removeAlias, updateAlias } from '../../core/datum-aliases/point.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, ListQuery, orderingOf, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { AliasDetail, aliasDetail, aliasShape, DatumAlias } from '../shapes/datum-alias.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const List = ListQuery.extend({ project: Filled, datum: Filled, name: Filled });
const Resolve = z.object({ name: z.string(), project: z.string() });
const Create = z.object({ project: z.string(), name: z.string(), datum: z.string() });
const Update = Create.omit({ project: true }).partial();

const routes: Routes = async (app) => {
  const tags = ['data'];
  const path = '/api/v0/datum-aliases/';
  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'List names of files',
        querystring: List,
        response: { 200: Page(DatumAlias) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listAliases(request.context, {
        ...window,
        project: query.project,
        datum: query.datum,
        name: query.name,
        ordering: orderingOf(query.ordering, ORDERINGS, '-ctime'),
      });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(aliasShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    path,
    {
      schema: {
        tags,
        summary: 'Give a file a name; one that there is already is pointed at it',
        body: Create,
        response: { 201: DatumAlias },
      },
    },
    async (request, reply) =>
      reply.code(201).send(aliasShape(await createAlias(request.context, request.body), linksOf(request))),
  );
  app.get(
    `${path}resolve/`,
    {
      schema: {
        tags,
        summary: 'What a name stands for in a project',
        querystring: Resolve,
        response: { 200: DatumAlias },
      },
    },
    async (request) => aliasShape(await resolveAlias(request.context, request.query), linksOf(request)),
  );
  app.get(
    `${path}:id/`,
    {
      schema: {
        tags,
        summary: 'One name, and what it has stood for',
        params: Id,
        querystring: DetailQuery,
        response: { 200: AliasDetail },
      },
    },
    async (request) => {
      const { alias, history } = await getAlias(request.context, { alias: request.params.id });
      return without(aliasDetail(alias, history, linksOf(request)), request.query.exclude);
    },
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: `${path}:id/`,
    schema: {
      tags,
      summary: 'Point a name at another file, or change the name',
      params: Id,
      body: Update,
      response: { 200: DatumAlias },
    },
    handler: async (request) =>
      aliasShape(
        await updateAlias(request.context, { alias: request.params.id, ...request.body }),
        linksOf(request),
      ),
  });
  app.delete(
    `${path}:id/`,
    { schema: { tags, summary: 'Take a name away; the file stays', params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await removeAlias(request.context, { alias: request.params.id });
      return reply.code(204).send();
    },
  );
};
export default routes;
