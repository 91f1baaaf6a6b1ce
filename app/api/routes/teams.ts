/** Teams of organizations, and who is in them. */
import { z } from 'zod';
import { CreateTeam, createTeam } from '../../core/teams/create.ts';
import { deleteTeam } from '../../core/teams/delete.ts';
import { getTeam } from '../../core/teams/get.ts';
import { AddTeamMember, addTeamMember, removeTeamMember } from '../../core/teams/members.ts';
import { UpdateTeam, updateTeam } from '../../core/teams/update.ts';
import { listTeams } from '../../core/teams/view.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, ListQuery, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Team, teamShape } from '../shapes/team.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });

const routes: Routes = async (app) => {
  const tags = ['organizations'];
  app.get(
    '/api/v0/teams/',
    {
      schema: {
        tags,
        summary: 'List the teams of your organizations',
        querystring: ListQuery.extend({ organization: Filled }),
        response: { 200: Page(Team) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listTeams(request.context, { ...window, organization: query.organization });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(teamShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    '/api/v0/teams/',
    { schema: { tags, summary: 'Make a team', body: CreateTeam, response: { 201: Team } } },
    async (request, reply) =>
      reply.code(201).send(teamShape(await createTeam(request.context, request.body), linksOf(request))),
  );
  app.get(
    '/api/v0/teams/:id/',
    {
      schema: {
        tags,
        summary: 'One team with its members',
        params: Id,
        querystring: DetailQuery,
        response: { 200: Team },
      },
    },
    async (request) =>
      without(
        teamShape(await getTeam(request.context, request.params.id), linksOf(request)),
        request.query.exclude,
      ),
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: '/api/v0/teams/:id/',
    schema: { tags, summary: 'Rename a team', params: Id, body: UpdateTeam, response: { 200: Team } },
    handler: async (request) =>
      teamShape(await updateTeam(request.context, request.params.id, request.body), linksOf(request)),
  });
  app.delete(
    '/api/v0/teams/:id/',
    {
      schema: {
        tags,
        summary: 'Delete a team that owns no project',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deleteTeam(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v0/teams/:id/members/',
    {
      schema: {
        tags,
        summary: 'Take a member of the organization into a team',
        params: Id,
        body: AddTeamMember,
        response: { 200: Team },
      },
    },
    async (request) =>
      teamShape(await addTeamMember(request.context, request.params.id, request.body), linksOf(request)),
  );
  app.delete(
    '/api/v0/teams/:id/members/:username/',
    {
      schema: {
        tags,
        summary: 'Take somebody out of a team',
        params: Id.extend({ username: z.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeTeamMember(request.context, request.params.id, request.params.username);
      return reply.code(204).send();
    },
  );
};
export default routes;
