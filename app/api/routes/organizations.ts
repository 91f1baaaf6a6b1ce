import { z } from 'zod';
import { CreateOrganization, createOrganization } from '../../core/organizations/create.ts';
import { listOrganizations } from '../../core/organizations/list.ts';
import { listMembers, removeMember, SetMember, setMember } from '../../core/organizations/members.ts';
import { Page, page } from '../pagination.ts';
import { Nothing } from '../shapes/answer.ts';
import { Member, Organization, organizationShape } from '../shapes/organization.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const ALL = { limit: null, offset: 0, count: true };
const Id = z.object({ id: z.string() });

const routes: Routes = async (app) => {
  const tags = ['organizations'];
  app.get(
    '/api/v0/organizations/',
    { schema: { tags, summary: 'List your organizations', response: { 200: Page(Organization) } } },
    async (request) => {
      const links = linksOf(request);
      const rows = await listOrganizations(request.context);
      return page(
        request,
        ALL,
        { count: rows.length },
        rows.map((row) => organizationShape(row, links)),
      );
    },
  );
  app.post(
    '/api/v0/organizations/',
    {
      schema: {
        tags,
        summary: 'Make an organization that you own',
        body: CreateOrganization,
        response: { 201: Organization },
      },
    },
    async (request, reply) => {
      const row = await createOrganization(request.context, request.body);
      return reply.code(201).send(organizationShape(row, linksOf(request)));
    },
  );
  app.get(
    '/api/v0/organizations/:id/members/',
    { schema: { tags, summary: 'List its members', params: Id, response: { 200: Page(Member) } } },
    async (request) => {
      const rows = await listMembers(request.context, request.params.id);
      return page(request, ALL, { count: rows.length }, rows);
    },
  );
  app.post(
    '/api/v0/organizations/:id/members/',
    {
      schema: {
        tags,
        summary: 'Take somebody in, or change his role',
        params: Id,
        body: SetMember,
        response: { 200: Member },
      },
    },
    async (request) => setMember(request.context, request.params.id, request.body),
  );
  app.delete(
    '/api/v0/organizations/:id/members/:username/',
    {
      schema: {
        tags,
        summary: 'Remove a member',
        params: Id.extend({ username: z.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeMember(request.context, request.params.id, request.params.username);
      return reply.code(204).send();
    },
  );
};
export default routes;
