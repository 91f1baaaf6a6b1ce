import { z } from 'zod';
import { listSecrets, putSecret, removeSecret, SecretName, SecretValue } from '../../core/secrets/custom.ts';
import { Nothing } from '../shapes/answer.ts';
import type { Routes } from '../types.ts';

const tags = ['secrets'];
const Name = z.object({ name: SecretName });
const path = '/api/v0/secrets/:name/';

const routes: Routes = async (app) => {
  app.get(
    '/api/v0/secrets/',
    {
      schema: {
        tags,
        summary: "Names of the operator's own secrets",
        response: { 200: z.object({ secrets: z.array(z.string()) }) },
      },
    },
    async (request) => ({ secrets: await listSecrets(request.context) }),
  );
  app.put(
    path,
    {
      schema: {
        tags,
        summary: 'Put a secret into Vault; nobody reads it back here',
        params: Name,
        body: z.object({ value: SecretValue }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await putSecret(request.context, request.params.name, request.body.value);
      return reply.code(204).send();
    },
  );
  app.delete(
    path,
    {
      schema: {
        tags,
        summary: 'Remove a secret with all its versions',
        params: Name,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeSecret(request.context, request.params.name);
      return reply.code(204).send();
    },
  );
};
export default routes;
