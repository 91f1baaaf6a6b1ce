/** `GET /api/v0/openapi.json`, from the zod schemas of the routes, and a page to read it at `/api/docs/`. */
import swagger, { type SwaggerTransform, type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { docsPage, type OpenApi } from './docs-page.ts';
import { answerOf } from './shapes/answer.ts';
import type { Access } from './types.ts';

const ERROR = {
  type: 'object',
  description: 'Complaints by field, or one message with a code.',
  additionalProperties: true,
} as const;
const ERRORS = {
  description: 'What is wrong',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};
const SECURITY: Record<Access, { [scheme: string]: string[] }[]> = {
  public: [],
  user: [{ token: [] }, { session: [] }],
  worker: [{ worker: [] }],
  scaler: [{ scaler: [] }],
};

/** Who may call a route, and how every route tells what is wrong. */
const transform: SwaggerTransform = (given) => {
  const { schema, url } = jsonSchemaTransform(given as Parameters<typeof jsonSchemaTransform>[0]);
  if (!schema?.tags) return { schema, url };
  const access = given.route.config?.access ?? 'user';
  const answers = (schema.response ?? { 200: { description: 'Done' } }) as object;
  return {
    schema: { ...schema, security: SECURITY[access], response: { ...answers, default: ERRORS } },
    url,
  };
};

/** The library lists every named schema twice, as it is read and as it is written; what nobody refers to goes. */
const transformObject: SwaggerTransformObject = (document) => {
  const whole = jsonSchemaTransformObject(document) as { components?: { schemas?: object } };
  const text = JSON.stringify(whole);
  const schemas = Object.entries(whole.components?.schemas ?? {}).filter(
    ([name]) => !name.endsWith('Input') || text.includes(`"#/components/schemas/${name}"`),
  );
  return { ...whole, components: { ...whole.components, schemas: Object.fromEntries(schemas) } };
};

async function plugin(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cove API',
        version: 'v0',
        description: 'The Valohai API, served by this installation.',
      },
      components: {
        schemas: { Error: ERROR },
        securitySchemes: {
          token: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Token <token>' },
          worker: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Worker <token>' },
          scaler: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Scaler <token>' },
          session: { type: 'apiKey', in: 'cookie', name: 'cove_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    hideUntagged: true,
    transform,
    transformObject,
  });
  const tags = ['documentation'];
  const config = { access: 'public' } as const;
  app.get(
    '/api/v0/openapi.json',
    {
      config,
      schema: { tags, summary: 'This document', response: { 200: z.record(z.string(), z.unknown()) } },
    },
    async () => app.swagger(),
  );
  app.get(
    '/api/docs/',
    {
      config,
      schema: { tags, summary: 'The same to read', response: { 200: answerOf('text/html', 'A page') } },
    },
    async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(docsPage(app.swagger() as unknown as OpenApi)),
  );
}
export const openApi = fp(plugin);
