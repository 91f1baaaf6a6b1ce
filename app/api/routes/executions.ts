/** Executions: made, listed, looked at, stopped, deleted (contract 1.6, 1.7). */

import { z } from 'zod';
import { attemptsOf } from '../../core/executions/attempts.ts';
import { copyExecution } from '../../core/executions/copy.ts';
import { createExecution } from '../../core/executions/create.ts';
import { getExecution } from '../../core/executions/get.ts';
import { listExecutions, ORDERINGS } from '../../core/executions/list.ts';
import { removeExecution } from '../../core/executions/remove.ts';
import { CreateExecution } from '../../core/executions/request.ts';
import { stopExecution } from '../../core/executions/stop.ts';
import { tagExecution } from '../../core/executions/tag.ts';
import { whyWaiting } from '../../core/executions/waiting/get.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, Flag, ListQuery, Many, orderingOf, without } from '../query.ts';
import { Message, Nothing, unread } from '../shapes/answer.ts';
import { Attempt, attemptShape } from '../shapes/attempt.ts';
import { Execution, executionShape } from '../shapes/execution.ts';
import { Waiting, waitingShape } from '../shapes/waiting.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });
const ListExecutions = ListQuery.extend({
  project: Filled.describe('Id.'),
  status: Many.describe('One of these; `incomplete` stands for all that have not ended. May be repeated.'),
  counter: Many.describe('One of these. May be repeated.'),
  creator: Filled.describe('Id of a person.'),
  step: Filled.describe('Its whole name.'),
  environment: Filled.describe('Id or slug.'),
  commit: Filled.describe('Its whole identifier.'),
  input_datum: Filled.describe('Id of a file that they took in.'),
  tag: Many.describe('All of these. May be repeated.'),
  deleted: Flag.optional().describe('True: deleted ones in place of those that are there.'),
});
const Tags = z.object({ tags: z.array(z.string()) });

const routes: Routes = async (app) => {
  const tags = ['executions'];
  app.get(
    '/api/v0/executions/',
    {
      schema: {
        tags,
        summary: 'List executions',
        querystring: ListExecutions,
        response: { 200: Page(Execution) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listExecutions(request.context, {
        ...window,
        project: query.project,
        statuses: query.status,
        counters: query.counter,
        creator: query.creator,
        step: query.step,
        environment: query.environment,
        commit: query.commit,
        inputDatum: query.input_datum,
        tags: query.tag,
        deleted: query.deleted ?? false,
        ordering: orderingOf(query.ordering, ORDERINGS, '-ctime'),
      });
      const links = linksOf(request);
      const results = found.executions.map((row) => without(executionShape(row, null, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    '/api/v0/executions/',
    {
      schema: {
        tags,
        summary: 'Make an execution of a step and queue it',
        body: CreateExecution,
        response: { 201: Execution },
      },
      // Forms and older spellings become this first.
      ...unread,
    },
    async (request, reply) => {
      const { execution, outputs } = await createExecution(request.context, request.body);
      return reply.code(201).send(executionShape(execution, outputs, linksOf(request)));
    },
  );
  app.get(
    '/api/v0/executions/:id/',
    {
      schema: {
        tags,
        summary: 'One execution',
        params: Id,
        querystring: DetailQuery,
        response: { 200: Execution },
      },
    },
    async (request) => {
      const exclude = request.query.exclude ?? [];
      const found = await getExecution(request.context, {
        execution: request.params.id,
        outputs: !exclude.includes('outputs'),
      });
      return without(executionShape(found.execution, found.outputs, linksOf(request)), exclude);
    },
  );
  app.get(
    '/api/v0/executions/:id/waiting/',
    {
      schema: {
        tags,
        summary: 'Why its command has not started: what holds it up, for how long, and what helps',
        params: Id,
        response: { 200: Waiting },
      },
    },
    async (request) => waitingShape(await whyWaiting(request.context, { execution: request.params.id })),
  );
  app.get(
    '/api/v0/executions/:id/attempts/',
    {
      schema: {
        tags,
        summary: 'Its attempts: more than one where it was lost and is run again',
        params: Id,
        response: { 200: z.array(Attempt) },
      },
    },
    async (request) =>
      (await attemptsOf(request.context, { execution: request.params.id })).map(attemptShape),
  );
  app.delete(
    '/api/v0/executions/:id/',
    {
      schema: {
        tags,
        summary: 'Delete an execution that has ended; its outputs stay, unless they are purged too',
        params: Id,
        querystring: z.object({ purge_outputs: Flag.optional() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const purgeOutputs = request.query.purge_outputs ?? false;
      await removeExecution(request.context, { execution: request.params.id, purgeOutputs });
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v0/executions/:id/tags/',
    {
      schema: {
        tags,
        summary: 'Give an execution these tags, in place of those it had',
        params: Id,
        body: Tags,
        response: { 200: Tags },
      },
    },
    async (request) => tagExecution(request.context, { execution: request.params.id, ...request.body }),
  );
  app.post(
    '/api/v0/executions/:id/stop/',
    { schema: { tags, summary: 'Ask for the end of an execution', params: Id, response: { 200: Message } } },
    async (request) => ({
      message: (await stopExecution(request.context, { execution: request.params.id })).message,
    }),
  );
  app.post(
    '/api/v0/executions/:id/copy/',
    {
      schema: {
        tags,
        summary: 'Make an execution like this one, but for what the body names',
        params: Id,
        body: CreateExecution.partial().optional(),
        response: { 201: Execution },
      },
      ...unread,
    },
    async (request, reply) => {
      const input = { execution: request.params.id, changes: request.body };
      const { execution, outputs } = await copyExecution(request.context, input);
      return reply.code(201).send(executionShape(execution, outputs, linksOf(request)));
    },
  );
};
export default routes;
