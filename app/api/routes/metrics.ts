/** For Prometheus. Not public: it asks with a token, like everybody else (docs/operations.md). */
import { z } from 'zod';
import { measure } from '../../core/operations/measure.ts';
import type { Routes } from '../types.ts';

const routes: Routes = async (app, { options: { metrics } }) => {
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['health'],
        summary: "The installation in numbers, in Prometheus' text form",
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const text = await metrics.render(await measure(request.context));
      return reply.type(metrics.contentType).serializer(String).send(text);
    },
  );
};
export default routes;
