/** Puts `request.context` together: who asks, by token, session cookie or worker token. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, askedOften, type Platform } from '../core/context.ts';
import { CoveError } from '../core/errors.ts';
import { authenticate } from '../core/users/authenticate.ts';
import { authenticateScaler } from '../core/users/authenticate-scaler.ts';
import { workersByToken } from '../core/users/authenticate-worker.ts';

export const SESSION_COOKIE = 'cove_session';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The value of one cookie. */
export function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

export type Credential = { kind: 'api' | 'session' | 'worker' | 'scaler'; secret: string } | { kind: 'none' };

/** What the request shows. A header wins over a cookie; a bare token is taken as one, for some clients leave out the word. */
export function credentialOf(headers: { authorization?: string; cookie?: string }): Credential {
  const header = headers.authorization?.trim();
  if (header) {
    const [scheme, secret] = header.split(/\s+/, 2);
    if (scheme && secret === undefined) return { kind: 'api', secret: scheme };
    if (/^worker$/i.test(scheme ?? '')) return { kind: 'worker', secret: secret ?? '' };
    if (/^scaler$/i.test(scheme ?? '')) return { kind: 'scaler', secret: secret ?? '' };
    if (/^(token|bearer)$/i.test(scheme ?? '')) return { kind: 'api', secret: secret ?? '' };
  }
  const session = cookie(headers.cookie, SESSION_COOKIE);
  return session ? { kind: 'session', secret: session } : { kind: 'none' };
}

async function actorOf(
  platform: Platform,
  request: FastifyRequest,
  workerOf: ReturnType<typeof workersByToken>,
): Promise<Actor | null> {
  const credential = credentialOf(request.headers);
  if (credential.kind === 'none') return { kind: 'anonymous' };
  if (credential.kind === 'worker') return workerOf(platform, credential.secret);
  if (credential.kind === 'scaler') return authenticateScaler(platform, credential.secret);
  if (
    credential.kind === 'session' &&
    !SAFE.has(request.method) &&
    request.headers['x-cove-request'] !== '1'
  ) {
    throw new CoveError('forbidden', 'A write with a session cookie needs the header X-Cove-Request: 1.');
  }
  return authenticate(platform, credential.kind, credential.secret);
}

const NEEDED = {
  user: 'Authentication credentials were not provided. Send a token (Authorization: Token <token>) or log in.',
  worker: 'A worker token is needed here: Authorization: Worker <token>.',
  scaler: "A scaler's token is needed here: Authorization: Scaler <token>.",
};

/** The `onRequest` hook of everything under `/api`. */
export const authHook = (platform: Platform) => {
  const workerOf = workersByToken();
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store');
    const access = request.routeOptions.config.access ?? 'user';
    // A stale cookie or token must not stand in the way of logging in again.
    if (access === 'public') return;
    const often = askedOften(platform);
    const actor = await actorOf(often, request, workerOf);
    if (actor === null)
      throw new CoveError(
        'unauthenticated',
        'Invalid token. It is unknown, revoked or expired: log in again.',
      );
    request.context = { platform: access === 'worker' ? often : platform, actor };
    if (actor.kind !== access) {
      throw new CoveError('unauthenticated', NEEDED[access]);
    }
  };
};
