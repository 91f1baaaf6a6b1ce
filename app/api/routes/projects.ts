import { z } from 'zod';
import { ownershipOptions } from '../../core/organizations/ownership-options.ts';
import { CreateProject, createProject } from '../../core/projects/create.ts';
import { deleteProject } from '../../core/projects/delete.ts';
import { getProject } from '../../core/projects/get.ts';
import { listProjects } from '../../core/projects/list.ts';
import { UpdateProject, updateProject } from '../../core/projects/update.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, ListQuery, Many, orderingOf, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Project, projectShape } from '../shapes/project.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const ORDERINGS = ['name', 'ctime', 'mtime'] as const;

const routes: Routes = async (app) => {
  const tags = ['projects'];
  app.get(
    '/api/v0/projects/',
    {
      schema: {
        tags,
        summary: 'List the projects you may see',
        querystring: ListQuery.extend({ search: Filled, tag: Many }),
        response: { 200: Page(Project) },
      },
    },
    async (request) => {
      const window = windowOf(request.query);
      const found = await listProjects(request.context, {
        ...window,
        ordering: orderingOf(request.query.ordering, ORDERINGS, 'name'),
        search: request.query.search,
        tags: request.query.tag,
      });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(projectShape(row, links), request.query.exclude));
      return page(request, window, found, results);
    },
  );
  app.get(
    '/api/v0/projects/ownership_options/',
    {
      schema: {
        tags,
        summary: 'What may be said as owner of a new project',
        response: { 200: z.array(z.string()) },
      },
    },
    async (request) => ownershipOptions(request.context),
  );
  app.post(
    '/api/v0/projects/',
    { schema: { tags, summary: 'Make a project', body: CreateProject, response: { 201: Project } } },
    async (request, reply) =>
      reply
        .code(201)
        .send(projectShape(await createProject(request.context, request.body), linksOf(request))),
  );
  app.get(
    '/api/v0/projects/:id/',
    {
      schema: {
        tags,
        summary: 'One project',
        params: Id,
        querystring: DetailQuery,
        response: { 200: Project },
      },
    },
    async (request) => {
      const view = await getProject(request.context, request.params.id);
      return without(projectShape(view, linksOf(request)), request.query.exclude);
    },
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: '/api/v0/projects/:id/',
    schema: {
      tags,
      summary: 'Change a project',
      params: Id,
      body: UpdateProject,
      response: { 200: Project },
    },
    handler: async (request) =>
      projectShape(await updateProject(request.context, request.params.id, request.body), linksOf(request)),
  });
  app.delete(
    '/api/v0/projects/:id/',
    {
      schema: {
        tags,
        summary: 'Delete a project whose executions have ended',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deleteProject(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
