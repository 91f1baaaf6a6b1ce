/** Files: listed, looked at, downloaded, purged (contract 1.8, 1.10). */
import { z } from 'zod';
import { consequencesOfPurge } from '../../core/data/consequences.ts';
import { describeData } from '../../core/data/describe.ts';
import { downloadDatum } from '../../core/data/download.ts';
import { getDatum } from '../../core/data/get.ts';
import { listData, ORDERINGS } from '../../core/data/list.ts';
import { purgeDatum } from '../../core/data/purge.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, Flag, ListQuery, Many, orderingOf, without } from '../query.ts';
import { Message } from '../shapes/answer.ts';
import { Datum, datumShape } from '../shapes/datum.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const Properties = z.record(z.string(), z.unknown());
const ListData = ListQuery.extend({
  project: Filled.describe('Id.'),
  output_execution: Filled.describe('Id of the execution that left them.'),
  dataset_version: Filled.describe('Id of a version that they are in.'),
  input_execution: Filled.describe('Id of an execution that took them in.'),
  alias: Filled.describe('A name that stands for them.'),
  sha256: Filled.describe("The bytes' own, in hex."),
  name: Filled.describe('The whole name.'),
  search: Filled.describe('A part of the name, whatever the case.'),
  tag: Many.describe('All of these. May be repeated.'),
  deleted: Flag.optional().describe('True: purged files in place of those that are there.'),
});

const routes: Routes = async (app) => {
  const tags = ['data'];
  app.get(
    '/api/v0/data/',
    { schema: { tags, summary: 'List files', querystring: ListData, response: { 200: Page(Datum) } } },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listData(request.context, {
        ...window,
        project: query.project,
        outputExecution: query.output_execution,
        datasetVersion: query.dataset_version,
        inputExecution: query.input_execution,
        alias: query.alias,
        sha256: query.sha256,
        name: query.name,
        search: query.search,
        tags: query.tag,
        deleted: query.deleted ?? false,
        ordering: orderingOf(query.ordering, ORDERINGS, '-ctime'),
      });
      const links = linksOf(request);
      const results = found.data.map((row) => without(datumShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.get(
    '/api/v0/data/:id/',
    { schema: { tags, summary: 'One file', params: Id, querystring: DetailQuery, response: { 200: Datum } } },
    async (request) => {
      const datum = await getDatum(request.context, { datum: request.params.id });
      return without(datumShape(datum, linksOf(request)), request.query.exclude);
    },
  );
  app.get(
    '/api/v0/data/:id/download/',
    {
      schema: {
        tags,
        summary: 'An address to fetch the file from, without credentials',
        params: Id,
        response: { 200: z.object({ url: z.string() }) },
      },
    },
    async (request) => {
      const { url } = await downloadDatum(request.context, { datum: request.params.id });
      return { url: linksOf(request).absolute(url) };
    },
  );
  app.post(
    '/api/v0/data/:id/metadata/',
    {
      schema: {
        tags,
        summary: 'Lay properties over those of a file; null takes one away',
        params: Id,
        body: Properties,
        response: { 200: Datum },
      },
    },
    async (request) => {
      const { id } = request.params;
      await describeData(request.context, { [id]: request.body });
      return datumShape(await getDatum(request.context, { datum: id }), linksOf(request));
    },
  );
  app.post(
    '/api/v0/data/metadata/apply/',
    {
      schema: {
        tags,
        summary: 'The same for many files: all of them, or none',
        body: z.object({ datum_metadata: z.record(z.string(), Properties) }),
        response: { 200: Message },
      },
    },
    async (request) => {
      const files = request.body.datum_metadata;
      await describeData(request.context, files);
      return { message: `Files described: ${Object.keys(files).length}.` };
    },
  );
  app.post(
    '/api/v0/data/:id/purge/',
    { schema: { tags, summary: "Delete the file's bytes for good", params: Id, response: { 200: Message } } },
    async (request) => {
      const input = { datum: request.params.id };
      await purgeDatum(request.context, input);
      const consequences = await consequencesOfPurge(request.context, input);
      return { message: `Purged. ${consequences}`.trim() };
    },
  );
};
export default routes;
