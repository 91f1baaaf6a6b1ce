/** Git repositories, one a project: their address, their key, and the fetch. */
import { z } from 'zod';
import { getCommitsByRows } from '../../core/commits/list.ts';
import { fetchRepository } from '../../core/repositories/fetch.ts';
import { getRepository } from '../../core/repositories/get.ts';
import { listRepositories } from '../../core/repositories/list.ts';
import { SetRepository, setRepository } from '../../core/repositories/set.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { Filled, ListQuery, without } from '../query.ts';
import { Commit, commitShape } from '../shapes/commit.ts';
import { Repository, repositoryShape } from '../shapes/repository.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });

const routes: Routes = async (app) => {
  const tags = ['repositories'];
  app.get(
    '/api/v0/repositories/',
    {
      schema: {
        tags,
        summary: 'List the repositories of the projects you may see',
        querystring: ListQuery.extend({ project: Filled }),
        response: { 200: Page(Repository) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listRepositories(request.context, { ...window, project: query.project });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(repositoryShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.get(
    '/api/v0/projects/:id/repository/',
    {
      schema: {
        tags,
        summary: 'The repository and its public key',
        params: Id,
        response: { 200: Repository },
      },
    },
    async (request) =>
      repositoryShape(await getRepository(request.context, request.params.id), linksOf(request)),
  );
  app.route({
    method: ['PUT', 'POST'],
    url: '/api/v0/projects/:id/repository/',
    schema: {
      tags,
      summary: 'Name the repository; makes a deploy key the first time',
      params: Id,
      body: SetRepository,
      response: { 200: Repository },
    },
    handler: async (request) =>
      repositoryShape(
        await setRepository(request.context, request.params.id, request.body),
        linksOf(request),
      ),
  });
  app.post(
    '/api/v0/projects/:id/fetch/',
    {
      schema: {
        tags,
        summary: 'Fetch branches and tags; answers what is new',
        params: Id,
        response: { 200: z.object({ commits: z.array(Commit), errors: z.array(z.string()) }) },
      },
    },
    async (request) => {
      const { commits, errors } = await fetchRepository(request.context, request.params.id);
      const links = linksOf(request);
      const views = await getCommitsByRows(request.context, commits);
      return { commits: views.map((view) => commitShape(view, links, false)), errors };
    },
  );
};
export default routes;
