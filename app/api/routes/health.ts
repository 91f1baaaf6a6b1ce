/**
 * For supervisors and load balancers: `/healthz` says how every part is, `/readyz` whether to send work, and `/livez`
 * that this process lives: to replace it, or its machine, mends no database that fails over.
 */
import { checkHealth } from '../../core/health.ts';
import type { Routes } from '../types.ts';

const routes: Routes = async (app, { platform }) => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.get('/livez', async (_request, reply) => reply.header('cache-control', 'no-store').send({ ok: true }));
  app.get('/healthz', async (_request, reply) => {
    const parts = await checkHealth(platform);
    const ok = Object.values(parts).every((part) => part.ok);
    return reply
      .code(ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ok, parts });
  });
  app.get('/readyz', async (_request, reply) => {
    const { database, vault } = await checkHealth(platform);
    const ok = !closing && database.ok && vault.ok;
    return reply
      .code(ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ok });
  });
};
export default routes;
