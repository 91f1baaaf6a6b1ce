import { z } from 'zod';
import { AssignEnvironment, assignEnvironment } from '../../core/environments/assign.ts';
import { getEnvironment } from '../../core/environments/get.ts';
import { listEnvironments } from '../../core/environments/list.ts';
import { PauseEnvironment, pauseEnvironment, resumeEnvironment } from '../../core/environments/pause.ts';
import { UpdateEnvironment } from '../../core/environments/scaling.ts';
import { updateEnvironment } from '../../core/environments/update.ts';
import { makeJoinCode } from '../../core/workers/join-code.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { ListQuery, without } from '../query.ts';
import { Environment, environmentShape } from '../shapes/environment.ts';
import { time } from '../shapes/time.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

/** Id or slug. */
const Id = z.object({ id: z.string() });
const JoinCode = z.object({
  code: z.string(),
  expires: z.iso.datetime(),
  environment: z.object({ slug: z.string() }),
  image: z.string().nullable(),
});

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
  app.get(
    '/api/v0/environments/:id/',
    {
      schema: {
        tags: ['environments'],
        summary: 'One environment, by id or slug',
        params: Id,
        response: { 200: Environment },
      },
    },
    async (request) =>
      environmentShape(await getEnvironment(request.context, request.params.id), linksOf(request)),
  );
  app.patch(
    '/api/v0/environments/:id/',
    {
      schema: {
        tags: ['environments'],
        summary: "Change how an environment's machines come and go, and its default time limit",
        params: Id,
        body: UpdateEnvironment,
        response: { 200: Environment },
      },
    },
    async (request) =>
      environmentShape(
        await updateEnvironment(request.context, request.params.id, request.body),
        linksOf(request),
      ),
  );
  app.put(
    '/api/v0/environments/:id/owner/',
    {
      schema: {
        tags: ['environments'],
        summary: 'Give it to an organization, a team or a person, who alone may use it then',
        params: Id,
        body: AssignEnvironment,
        response: { 200: Environment },
      },
    },
    async (request) =>
      environmentShape(
        await assignEnvironment(request.context, request.params.id, request.body),
        linksOf(request),
      ),
  );
  app.post(
    '/api/v0/environments/:id/pause/',
    {
      schema: {
        tags: ['environments'],
        summary: 'Start no job any more; those that wait keep their place, those that run go on',
        params: Id,
        body: PauseEnvironment.optional(),
        response: { 200: Environment },
      },
    },
    async (request) => {
      const wish = request.body ?? { reason: '' };
      return environmentShape(
        await pauseEnvironment(request.context, request.params.id, wish),
        linksOf(request),
      );
    },
  );
  app.post(
    '/api/v0/environments/:id/resume/',
    {
      schema: {
        tags: ['environments'],
        summary: 'Start jobs again',
        params: Id,
        response: { 200: Environment },
      },
    },
    async (request) =>
      environmentShape(await resumeEnvironment(request.context, request.params.id), linksOf(request)),
  );
  app.post(
    '/api/v0/environments/:id/join-codes/',
    {
      schema: {
        tags: ['environments'],
        summary: 'Make a code with which one machine joins, within an hour',
        params: Id,
        response: { 201: JoinCode },
      },
    },
    async (request, reply) => {
      const made = await makeJoinCode(request.context, request.params.id);
      return reply.code(201).send({ ...made, expires: time(made.expires) });
    },
  );
};
export default routes;
