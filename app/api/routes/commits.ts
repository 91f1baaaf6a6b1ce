import { z } from 'zod';
import { getCommit } from '../../core/commits/get.ts';
import { importPackage, type Part } from '../../core/commits/import-package.ts';
import { listCommits } from '../../core/commits/list.ts';
import { CoveError } from '../../core/errors.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, Flag, ListQuery, orderingOf, without } from '../query.ts';
import { Bytes, unread } from '../shapes/answer.ts';
import { Commit, commitShape } from '../shapes/commit.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const ORDERINGS = ['commit_time', 'ctime'] as const;
const Id = z.object({ id: z.string() });

const Package = z.object({
  data: Bytes.describe('The files as .tar.gz'),
  description: z.string().optional(),
  yaml_path: z.string().optional(),
});

/** The parser's own errors have no code; what is no error of its is none of the client's. */
function explainForm(error: Error): never {
  if (error instanceof CoveError || !/multipart|boundary/i.test(error.message)) throw error;
  throw new CoveError('invalid', `The body is not a whole multipart/form-data: ${error.message}`, {
    cause: error,
  });
}

const routes: Routes = async (app) => {
  const tags = ['commits'];
  app.get(
    '/api/v0/commits/',
    {
      schema: {
        tags,
        summary: 'List commits',
        querystring: ListQuery.extend({
          project: Filled.describe('Id.'),
          adhoc: Flag.optional().describe('True: only those of packages; false: only those of repositories.'),
        }),
        response: { 200: Page(Commit) },
      },
    },
    async (request) => {
      const { project, adhoc, ordering, include, exclude } = request.query;
      const window = windowOf(request.query);
      const config = include?.includes('config') ?? false;
      const found = await listCommits(request.context, {
        ...window,
        project,
        adhoc,
        config,
        ordering: orderingOf(ordering, ORDERINGS, '-commit_time'),
      });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(commitShape(row, links, config), exclude));
      return page(request, window, found, results);
    },
  );
  app.get(
    '/api/v0/commits/:commit/',
    {
      schema: {
        tags,
        summary: 'One commit, by identifier, its beginning, or branch',
        params: z.object({ commit: z.string() }),
        querystring: DetailQuery.extend({ project: Filled }),
        response: { 200: Commit },
      },
    },
    async (request) => {
      const { project, include, exclude } = request.query;
      const config = include?.includes('config') ?? false;
      const view = await getCommit(request.context, request.params.commit, { project, config });
      return without(commitShape(view, linksOf(request), config), exclude);
    },
  );
  // A bare list, without the envelope (client-contract 1.1).
  app.get(
    '/api/v0/projects/:id/commits/',
    { schema: { tags, summary: 'Commits of one project', params: Id, response: { 200: z.array(Commit) } } },
    async (request) => {
      const found = await listCommits(request.context, {
        limit: null,
        offset: 0,
        count: false,
        project: request.params.id,
        config: false,
        ordering: { field: 'commit_time', direction: 'desc' },
      });
      const links = linksOf(request);
      return found.rows.map((row) => commitShape(row, links, false));
    },
  );
  app.post(
    '/api/v0/projects/:id/import-package/',
    {
      schema: {
        tags,
        summary: 'Upload an ad-hoc package',
        params: Id,
        body: Package,
        consumes: ['multipart/form-data'],
        response: { 201: Commit },
      },
      ...unread,
    },
    async (request, reply) => {
      async function* parts(): AsyncGenerator<Part> {
        for await (const part of request.parts({
          limits: { fileSize: Number.POSITIVE_INFINITY, files: 1 },
        })) {
          if (part.type === 'file') yield { name: part.fieldname, body: part.file };
          else yield { name: part.fieldname, value: String(part.value ?? '') };
        }
      }
      const view = await importPackage(request.context, request.params.id, parts()).catch(explainForm);
      return reply.code(201).send(commitShape(view, linksOf(request), false));
    },
  );
};
export default routes;
