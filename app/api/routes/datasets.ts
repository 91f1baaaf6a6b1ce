/** Named lists of files with versions that never change (contract 3.4 and chapter 5). */
import { z } from 'zod';
import { listVersionAliases, removeVersionAlias, setVersionAlias } from '../../core/datasets/aliases.ts';
import { createDataset, describeDataset, removeDataset, removeVersion } from '../../core/datasets/change.ts';
import { createVersion } from '../../core/datasets/create-version.ts';
import { listDatasets, listVersions, ORDERINGS } from '../../core/datasets/list.ts';
import { requireDataset, requireVersion } from '../../core/datasets/record.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, ListQuery, Many, orderingOf, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import {
  Dataset,
  DatasetVersion,
  DatasetVersionAlias,
  datasetShape,
  versionAliasShape,
  versionShape,
} from '../shapes/dataset.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const List = ListQuery.extend({ project: Filled, name: Filled });
const Listed = List.extend({ dataset: Filled, datum: Filled, tag: Many });
const Create = z.object({ project: z.string(), name: z.string(), description: z.string().optional() });
const CreateVersion = z.object({
  dataset: z.string(),
  name: z.string(),
  files: z.array(z.string()),
  tags: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
  aliases: z.array(z.string()).default([]),
});

const routes: Routes = async (app) => {
  const tags = ['datasets'];
  app.get(
    '/api/v0/datasets/',
    { schema: { tags, summary: 'List datasets', querystring: List, response: { 200: Page(Dataset) } } },
    async (request) => {
      const { project, name, exclude, ordering } = request.query;
      const window = windowOf(request.query);
      const input = { ...window, project, name, ordering: orderingOf(ordering, ORDERINGS, 'name') };
      const found = await listDatasets(request.context, input);
      const links = linksOf(request);
      const results = found.rows.map((row) => without(datasetShape(row, links), exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    '/api/v0/datasets/',
    { schema: { tags, summary: 'Make a dataset', body: Create, response: { 201: Dataset } } },
    async (request, reply) =>
      reply
        .code(201)
        .send(datasetShape(await createDataset(request.context, request.body), linksOf(request))),
  );
  app.get(
    '/api/v0/datasets/:id/',
    {
      schema: {
        tags,
        summary: 'One dataset',
        params: Id,
        querystring: DetailQuery,
        response: { 200: Dataset },
      },
    },
    async (request) => {
      const row = await requireDataset(request.context, request.params.id, 'data.read');
      return without(datasetShape(row, linksOf(request)), request.query.exclude);
    },
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: '/api/v0/datasets/:id/',
    schema: {
      tags,
      summary: 'Describe a dataset',
      params: Id,
      body: z.object({ description: z.string() }),
      response: { 200: Dataset },
    },
    handler: async (request) => {
      const input = { dataset: request.params.id, ...request.body };
      return datasetShape(await describeDataset(request.context, input), linksOf(request));
    },
  });
  app.delete(
    '/api/v0/datasets/:id/',
    {
      schema: {
        tags,
        summary: 'Delete a dataset with its versions; the files stay',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeDataset(request.context, { dataset: request.params.id });
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v0/dataset-versions/',
    {
      schema: {
        tags,
        summary: 'List versions of datasets',
        querystring: Listed,
        response: { 200: Page(DatasetVersion) },
      },
    },
    async (request) => {
      const { project, name, dataset, datum, tag, exclude, ordering } = request.query;
      const window = windowOf(request.query);
      const filter = { project, name, dataset, datum, tags: tag };
      const input = { ...window, ...filter, ordering: orderingOf(ordering, ORDERINGS, '-ctime') };
      const found = await listVersions(request.context, input);
      const links = linksOf(request);
      const results = found.rows.map((row) => without(versionShape(row, links), exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    '/api/v0/dataset-versions/',
    {
      schema: {
        tags,
        summary: 'Make a version of a dataset from files that are there',
        body: CreateVersion,
        response: { 201: DatasetVersion },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(versionShape(await createVersion(request.context, request.body), linksOf(request))),
  );
  app.get(
    '/api/v0/dataset-versions/:id/',
    {
      schema: {
        tags,
        summary: 'One version of a dataset',
        params: Id,
        querystring: DetailQuery,
        response: { 200: DatasetVersion },
      },
    },
    async (request) => {
      const row = await requireVersion(request.context, request.params.id, 'data.read');
      return without(versionShape(row, linksOf(request)), request.query.exclude);
    },
  );
  app.delete(
    '/api/v0/dataset-versions/:id/',
    {
      schema: {
        tags,
        summary: 'Delete a version of a dataset; the files stay',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeVersion(request.context, { version: request.params.id });
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v0/dataset-version-aliases/',
    {
      schema: {
        tags,
        summary: 'List names for versions of datasets',
        querystring: Listed.omit({ name: true, datum: true, tag: true }),
        response: { 200: Page(DatasetVersionAlias) },
      },
    },
    async (request) => {
      const { project, dataset } = request.query;
      const window = windowOf(request.query);
      const found = await listVersionAliases(request.context, { ...window, project, dataset });
      const links = linksOf(request);
      return page(
        request,
        window,
        found,
        found.rows.map((row) => versionAliasShape(row, links)),
      );
    },
  );
  app.post(
    '/api/v0/dataset-version-aliases/',
    {
      schema: {
        tags,
        summary: 'Point a name at a version of a dataset',
        body: z.object({ version: z.string(), name: z.string() }),
        response: { 201: DatasetVersionAlias },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(versionAliasShape(await setVersionAlias(request.context, request.body), linksOf(request))),
  );
  app.delete(
    '/api/v0/dataset-version-aliases/:id/',
    {
      schema: {
        tags,
        summary: 'Take a name of a version away; the version stays',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeVersionAlias(request.context, { alias: request.params.id });
      return reply.code(204).send();
    },
  );
};
export default routes;
