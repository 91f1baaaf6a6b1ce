/** Members and environment variables of a project. */
import { z } from 'zod';
import {
  listProjectMembers,
  removeProjectMember,
  SetProjectMember,
  setProjectMember,
} from '../../core/projects/members.ts';
import { deleteVariable, setVariable } from '../../core/projects/variables.ts';
import { SetVariable } from '../../core/secret-values.ts';
import { Page, page } from '../pagination.ts';
import { Flag } from '../query.ts';
import { Message, Nothing } from '../shapes/answer.ts';
import { Member } from '../shapes/organization.ts';
import type { Routes } from '../types.ts';

const Id = z.object({ id: z.string() });
const ALL = { limit: null, offset: 0, count: true };

const routes: Routes = async (app) => {
  const tags = ['projects'];
  app.get(
    '/api/v0/projects/:id/members/',
    {
      schema: {
        tags,
        summary: 'Who has a role in this project',
        params: Id,
        response: { 200: Page(Member) },
      },
    },
    async (request) => {
      const rows = await listProjectMembers(request.context, request.params.id);
      return page(request, ALL, { count: rows.length }, rows);
    },
  );
  app.post(
    '/api/v0/projects/:id/members/',
    {
      schema: {
        tags,
        summary: 'Give somebody a role in this project',
        params: Id,
        body: SetProjectMember,
        response: { 200: Member },
      },
    },
    async (request) => setProjectMember(request.context, request.params.id, request.body),
  );
  app.delete(
    '/api/v0/projects/:id/members/:username/',
    {
      schema: {
        tags,
        summary: 'Take a role away',
        params: Id.extend({ username: z.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeProjectMember(request.context, request.params.id, request.params.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/v0/projects/:id/environment_variable/',
    {
      schema: {
        tags,
        summary: 'Set an environment variable',
        params: Id,
        body: SetVariable.extend({ secret: Flag.default(false) }),
        response: { 201: Message },
      },
    },
    async (request, reply) => {
      await setVariable(request.context, request.params.id, request.body);
      return reply.code(201).send({ message: `${request.body.name} is set` });
    },
  );
  app.delete(
    '/api/v0/projects/:id/environment_variable/',
    {
      schema: {
        tags,
        summary: 'Delete an environment variable',
        params: Id,
        body: z.object({ name: z.string() }),
        response: { 200: Message },
      },
    },
    async (request) => {
      await deleteVariable(request.context, request.params.id, request.body.name);
      return { message: `${request.body.name} is deleted` };
    },
  );
};
export default routes;
