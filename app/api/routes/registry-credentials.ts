/** Logins with which workers pull private images (contract 1.12). */
import { z } from 'zod';
import {
  createCredentials,
  deleteCredentials,
  getCredentials,
  listCredentials,
  updateCredentials,
} from '../../core/registries/credentials.ts';
import { CreateCredentials, UpdateCredentials } from '../../core/registries/fields.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { ListQuery } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { RegistryCredentials, registryCredentialsShape } from '../shapes/registry-credentials.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const all = '/api/v0/registry-credentials/';
const one = '/api/v0/registry-credentials/:id/';

const routes: Routes = async (app) => {
  const tags = ['registries'];
  app.get(
    all,
    {
      schema: {
        tags,
        summary: 'List the registry credentials of your organizations, without what is secret',
        querystring: ListQuery,
        response: { 200: Page(RegistryCredentials) },
      },
    },
    async (request) => {
      const window = windowOf(request.query);
      const found = await listCredentials(request.context, window);
      const links = linksOf(request);
      return page(
        request,
        window,
        found,
        found.rows.map((row) => registryCredentialsShape(row, links)),
      );
    },
  );
  app.post(
    all,
    {
      schema: {
        tags,
        summary: 'Keep a login for the images that a pattern names',
        body: CreateCredentials,
        response: { 201: RegistryCredentials },
      },
    },
    async (request, reply) => {
      const made = await createCredentials(request.context, request.body);
      return reply.code(201).send(registryCredentialsShape(made, linksOf(request)));
    },
  );
  app.get(
    one,
    { schema: { tags, summary: 'One of them', params: Id, response: { 200: RegistryCredentials } } },
    async (request) =>
      registryCredentialsShape(await getCredentials(request.context, request.params.id), linksOf(request)),
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: one,
    schema: {
      tags,
      summary: 'Change a pattern, or the login, which is given whole',
      params: Id,
      body: UpdateCredentials,
      response: { 200: RegistryCredentials },
    },
    handler: async (request) => {
      const changed = await updateCredentials(request.context, request.params.id, request.body);
      return registryCredentialsShape(changed, linksOf(request));
    },
  });
  app.delete(
    one,
    { schema: { tags, summary: 'Forget a login', params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await deleteCredentials(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
