/** Groups of environment variables: of an organisation, used by steps and executions. */
import { z } from 'zod';
import { SetVariable } from '../../core/secret-values.ts';
import { CreateGroup, createGroup } from '../../core/variable-groups/create.ts';
import { deleteGroup } from '../../core/variable-groups/delete.ts';
import { getGroup } from '../../core/variable-groups/get.ts';
import { UpdateGroup, updateGroup } from '../../core/variable-groups/update.ts';
import { deleteGroupVariable, setGroupVariable } from '../../core/variable-groups/variables.ts';
import { listGroups } from '../../core/variable-groups/view.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, Flag, ListQuery, orderingOf, without } from '../query.ts';
import { Message, Nothing } from '../shapes/answer.ts';
import { VariableGroup, variableGroupShape } from '../shapes/variable-group.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const ORDERINGS = ['name', 'ctime', 'mtime'] as const;
const PATH = '/api/v0/environment-variable-groups/';

const routes: Routes = async (app) => {
  const tags = ['environment variable groups'];
  app.get(
    PATH,
    {
      schema: {
        tags,
        summary: 'List the groups of your organizations',
        querystring: ListQuery.extend({ owner: Filled }),
        response: { 200: Page(VariableGroup) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listGroups(request.context, {
        ...window,
        owner: query.owner,
        ordering: orderingOf(query.ordering, ORDERINGS, 'name'),
      });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(variableGroupShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    PATH,
    { schema: { tags, summary: 'Make an empty group', body: CreateGroup, response: { 201: VariableGroup } } },
    async (request, reply) => {
      const group = await createGroup(request.context, request.body);
      return reply.code(201).send(variableGroupShape(group, linksOf(request)));
    },
  );
  app.get(
    `${PATH}:id/`,
    {
      schema: {
        tags,
        summary: 'One group, without the values of its secret variables',
        params: Id,
        querystring: DetailQuery,
        response: { 200: VariableGroup },
      },
    },
    async (request) => {
      const group = await getGroup(request.context, request.params.id);
      return without(variableGroupShape(group, linksOf(request)), request.query.exclude);
    },
  );
  app.route({
    method: ['PATCH', 'PUT'],
    url: `${PATH}:id/`,
    schema: {
      tags,
      summary: 'Change its name or description',
      params: Id,
      body: UpdateGroup,
      response: { 200: VariableGroup },
    },
    handler: async (request) =>
      variableGroupShape(
        await updateGroup(request.context, request.params.id, request.body),
        linksOf(request),
      ),
  });
  app.delete(
    `${PATH}:id/`,
    { schema: { tags, summary: 'Delete a group with its secrets', params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await deleteGroup(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    `${PATH}:id/environment_variable/`,
    {
      schema: {
        tags,
        summary: 'Set a variable of a group',
        params: Id,
        body: SetVariable.extend({ secret: Flag.default(false) }),
        response: { 201: Message },
      },
    },
    async (request, reply) => {
      await setGroupVariable(request.context, request.params.id, request.body);
      return reply.code(201).send({ message: `${request.body.name} is set` });
    },
  );
  app.delete(
    `${PATH}:id/environment_variable/`,
    {
      schema: {
        tags,
        summary: 'Delete a variable of a group',
        params: Id,
        body: z.object({ name: z.string() }),
        response: { 200: Message },
      },
    },
    async (request) => {
      await deleteGroupVariable(request.context, request.params.id, request.body.name);
      return { message: `${request.body.name} is deleted` };
    },
  );
};
export default routes;
