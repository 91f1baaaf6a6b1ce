import { listEnvironments } from '../../core/environments/list.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { ListQuery, without } from '../query.ts';
import { Environment, environmentShape } from '../shapes/environment.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const routes: Routes = async (app) => {
  app.get(
    '/api/v0/environments/',
    {
      schema: {
        tags: ['environments'],
        summary: 'List the environments you may use',
        querystring: ListQuery,
        response: { 200: Page(Environment) },
      },
    },
    async (request) => {
      const { include, exclude } = request.query;
      const window = windowOf(request.query);
      const unfinished = include?.includes('unfinished_job_count') ?? false;
      const found = await listEnvironments(request.context, { ...window, unfinished });
      const links = linksOf(request);
      return page(
        request,
        window,
        found,
        found.rows.map((row) => without(environmentShape(row, links), exclude)),
      );
    },
  );
};
export default routes;
