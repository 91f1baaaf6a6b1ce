/**
 * For supervisors and load balancers: `/healthz` says how every part is, `/readyz` whether to send work, and `/livez`
 * that this process lives: to replace it, or its machine, mends no database that fails over.
 */

import { z } from 'zod';
import { checkHealth } from '../../core/health.ts';
import type { Routes } from '../types.ts';

const Ok = z.object({ ok: z.boolean() });
const Parts = Ok.extend({ parts: z.record(z.string(), z.looseObject({ ok: z.boolean() })) });

const routes: Routes = async (app, { platform }) => {
  const tags = ['health'];
  const config = { access: 'public' } as const;
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.get(
    '/livez',
    { config, schema: { tags, summary: 'This process lives', response: { 200: Ok } } },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ ok: true }),
  );
  app.get(
    '/healthz',
    { config, schema: { tags, summary: 'How every part is', response: { 200: Parts, 503: Parts } } },
    async (_request, reply) => {
      const parts = await checkHealth(platform);
      const ok = Object.values(parts).every((part) => part.ok);
      return reply
        .code(ok ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ok, parts });
    },
  );
  app.get(
    '/readyz',
    { config, schema: { tags, summary: 'Whether to send work', response: { 200: Ok, 503: Ok } } },
    async (_request, reply) => {
      const { database, vault } = await checkHealth(platform);
      const ok = !closing && database.ok && vault.ok;
      return reply
        .code(ok ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ok });
    },
  );
};
export default routes;
