/** Puts the application together: plugins, body parsers, authentication, routes. Used by both listeners. */
import formbody from '@fastify/formbody';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { LogController } from 'fastify';
import { safeParse } from 'zod';
import type { $ZodType } from 'zod/v4/core';
import type { Platform } from '../core/context.ts';
import { CoveError } from '../core/errors.ts';
import { authHook } from './auth.ts';
import { openApi } from './docs.ts';
import { errorHandler, fieldsOf } from './errors.ts';
import { createMetrics } from './metrics.ts';
import { parseJson, parseUnknown } from './parsers.ts';
import { apiRoutes, outsideRoutes } from './routes/index.ts';
import { headOptions, PATIENCE, sendAwaySlowClients, tlsOptions } from './slow-clients.ts';
import { requireStorable } from './storable-text.ts';
import type { App, AppOptions } from './types.ts';
import { web } from './web.ts';

/** Asked every few seconds by programs of ours: not worth a line each. */
const ROUTINE = /^\/(healthz|livez|readyz|metrics|api\/worker\/)/;
/** Largest body that is read into memory; uploads are streamed and have limits of their own. */
const BODY_LIMIT = 10 * 1024 * 1024;

/**
 * No asset from elsewhere, no frames. Mantine writes style attributes, hence `unsafe-inline` for styles alone.
 * No HSTS: plain HTTP on the neighbouring port is offered by design, and HSTS would take the whole host.
 */
const SECURITY_HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'same-origin' },
};

export async function buildApp(platform: Platform, given: AppOptions = {}): Promise<App> {
  const metrics = given.metrics ?? createMetrics();
  const options = { ...given, metrics };
  const common = {
    loggerInstance: platform.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // Behind a proxy on this machine or in the private network its X-Forwarded-* headers count; nobody else's do.
    trustProxy: 'loopback, linklocal, uniquelocal',
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 500 },
    return503OnClosing: false,
  };
  const { tls, patience = PATIENCE } = options;
  const app = (tls
    ? Fastify({
        ...common,
        http2: true,
        https: { allowHTTP1: true, cert: tls.certificate, key: tls.key, ...tlsOptions(patience) },
      })
    : Fastify({ ...common, http: headOptions(patience) })) as unknown as App;
  sendAwaySlowClients(app.server, patience);

  app.setValidatorCompiler(({ schema }) => (data) => {
    const result = safeParse(schema as unknown as $ZodType, data ?? undefined);
    if (result.success) return { value: result.data };
    const fields = fieldsOf(result.error.issues);
    return { error: new CoveError('invalid', 'The request does not fit.', { fields }) };
  });
  // Response schemas describe and type; they are not run, so that `exclude` may leave fields out.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(errorHandler);
  app.decorateRequest('context');
  app.addHook('onRequest', async (request) => {
    request.context = { platform, actor: { kind: 'anonymous' } };
  });
  app.addHook('preValidation', async ({ query, params, body, routeOptions }) => {
    // What a job prints reaches us by its worker, and is made storable where it is stored.
    const { access } = routeOptions.config;
    if (access !== 'worker' && access !== 'scaler') requireStorable(query, params, body);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    metrics.observe({
      method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    const level = ROUTINE.test(url) ? 'debug' : 'info';
    request.log[level]({
      method,
      url: url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });

  await app.register(helmet, { global: true, ...SECURITY_HEADERS });
  await app.register(formbody);
  await app.register(multipart, { limits: { parts: 20, fieldSize: 64 * 1024 } });
  await app.register(rateLimit, { global: false, hook: 'preHandler' });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, parseUnknown);

  await app.register(openApi);
  await app.register(async (api) => {
    api.addHook('onRequest', authHook(platform));
    for (const routes of apiRoutes) await api.register(routes, { platform, options });
  });
  for (const routes of outsideRoutes) await app.register(routes, { platform, options });
  await app.register(web, { folder: options.web });
  await app.ready();
  return app;
}
