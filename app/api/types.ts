import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Context, Platform } from '../core/context.ts';
import type { Metrics } from './metrics.ts';
import type { Patience } from './slow-clients.ts';

/** Who may call a route: everybody, a person with token or session (the rule), a worker, or a worker stack's scaler. */
export type Access = 'public' | 'user' | 'worker' | 'scaler';

declare module 'fastify' {
  interface FastifyRequest {
    context: Context;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface AppOptions {
  /** Bare repository of the example project, served at `/git/example.git`. */
  exampleRepository?: string | undefined;
  /** Folder of the built web application. */
  web?: string;
  /** What every listener of the process counts in. Without: this application alone. */
  metrics?: Metrics;
  /** @default 30 */
  loginsPerMinute?: number;
  /** How long slow clients are borne. @default 30 s for a head, 30 s for a window of a body, 75 s without a request */
  patience?: Patience;
  /** Present: speak HTTP/2 (and 1.1) over TLS. */
  tls?: { certificate: string; key: string };
}

/** What every file in `routes/` exports as its default. */
export type Routes = (
  app: App,
  options: { platform: Platform; options: AppOptions & { metrics: Metrics } },
) => Promise<void>;
