/** How many executions of a person, a team or a project may run at the same time. */
import { z } from 'zod';
import { deleteQuota, UpdateQuota, updateQuota } from '../../core/quotas/change.ts';
import { CreateQuota, createQuota } from '../../core/quotas/create.ts';
import { listQuotas, requireQuota } from '../../core/quotas/view.ts';
import { Page, page, windowOf } from '../pagination.ts';
import { DetailQuery, Filled, ListQuery, without } from '../query.ts';
import { Nothing } from '../shapes/answer.ts';
import { Quota, quotaShape } from '../shapes/quota.ts';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const Id = z.object({ id: z.string() });

const routes: Routes = async (app) => {
  const tags = ['organizations'];
  app.get(
    '/api/v0/quotas/',
    {
      schema: {
        tags,
        summary: 'List the quotas of your organizations',
        querystring: ListQuery.extend({ organization: Filled }),
        response: { 200: Page(Quota) },
      },
    },
    async (request) => {
      const { query } = request;
      const window = windowOf(query);
      const found = await listQuotas(request.context, { ...window, organization: query.organization });
      const links = linksOf(request);
      const results = found.rows.map((row) => without(quotaShape(row, links), query.exclude));
      return page(request, window, found, results);
    },
  );
  app.post(
    '/api/v0/quotas/',
    {
      schema: {
        tags,
        summary: 'Set how many executions of somebody may run at the same time',
        body: CreateQuota,
        response: { 201: Quota },
      },
    },
    async (request, reply) =>
      reply.code(201).send(quotaShape(await createQuota(request.context, request.body), linksOf(request))),
  );
  app.get(
    '/api/v0/quotas/:id/',
    {
      schema: { tags, summary: 'One quota', params: Id, querystring: DetailQuery, response: { 200: Quota } },
    },
    async (request) => {
      const { db } = request.context.platform;
      const quota = await requireQuota(db, request.context, request.params.id, 'quota.read');
      return without(quotaShape(quota, linksOf(request)), request.query.exclude);
    },
  );
  app.patch(
    '/api/v0/quotas/:id/',
    {
      schema: {
        tags,
        summary: 'Change how many may run',
        params: Id,
        body: UpdateQuota,
        response: { 200: Quota },
      },
    },
    async (request) =>
      quotaShape(await updateQuota(request.context, request.params.id, request.body), linksOf(request)),
  );
  app.delete(
    '/api/v0/quotas/:id/',
    {
      schema: {
        tags,
        summary: 'Remove a quota: any number may run',
        params: Id,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deleteQuota(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
