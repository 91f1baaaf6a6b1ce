/** Logging in and out, who one is, and API tokens. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CreateUser, createUser } from '../../core/users/create.ts';
import { LogIn, logIn, SESSION_DAYS } from '../../core/users/log-in.ts';
import { logOut } from '../../core/users/log-out.ts';
import { me } from '../../core/users/me.ts';
import { CreateToken, createToken, deleteToken, listTokens } from '../../core/users/tokens.ts';
import { cookie, SESSION_COOKIE } from '../auth.ts';
import { Page, page } from '../pagination.ts';
import { Nothing } from '../shapes/answer.ts';
import { NewToken, Token, tokenShape } from '../shapes/token.ts';
import { User, userShape } from '../shapes/user.ts';
import type { Routes } from '../types.ts';

const ALL = { limit: null, offset: 0, count: true };

const routes: Routes = async (app, { options }) => {
  const rateLimit = {
    max: options.loginsPerMinute ?? 30,
    timeWindow: '1 minute',
    // The socket's own address: what a client says about itself in X-Forwarded-For must not help it to guess on.
    keyGenerator: (request: FastifyRequest) =>
      `${request.socket.remoteAddress} ${String((request.body as { username?: string } | undefined)?.username).toLowerCase()}`,
  };
  const tags = ['users'];

  app.post(
    '/api/v0/get-token/',
    {
      config: { access: 'public', rateLimit },
      schema: {
        tags,
        summary: 'Exchange name and password for an API token',
        body: LogIn,
        response: { 200: z.object({ token: z.string() }) },
      },
    },
    async (request) => ({ token: (await logIn(request.context, { ...request.body, kind: 'api' })).secret }),
  );

  app.post(
    '/api/v0/session/',
    {
      config: { access: 'public', rateLimit },
      schema: { tags, summary: 'Log in to the web application', body: LogIn, response: { 201: User } },
    },
    async (request, reply) => {
      const { secret, user } = await logIn(request.context, { ...request.body, kind: 'session' });
      const actor = { kind: 'user', userId: user.id, username: user.username } as const;
      const secure = request.protocol === 'https' ? '; Secure' : '';
      const age = SESSION_DAYS * 24 * 3600;
      reply.header(
        'set-cookie',
        `${SESSION_COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`,
      );
      return reply.code(201).send(userShape(await me({ ...request.context, actor })));
    },
  );
  app.delete(
    '/api/v0/session/',
    { schema: { tags, summary: 'Log out of the web application', response: { 204: Nothing } } },
    async (request, reply) => {
      const secret = cookie(request.headers.cookie, SESSION_COOKIE);
      if (secret) await logOut(request.context, secret);
      reply.header('set-cookie', `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v0/users/me/',
    { schema: { tags, summary: 'Who asks', response: { 200: User } } },
    async (request) => userShape(await me(request.context)),
  );
  app.post(
    '/api/v0/users/',
    {
      schema: { tags, summary: 'Add a person to an organization', body: CreateUser, response: { 201: User } },
    },
    async (request, reply) =>
      reply.code(201).send(userShape(await createUser(request.context, request.body))),
  );

  app.get(
    '/api/v0/tokens/',
    { schema: { tags, summary: 'List your API tokens', response: { 200: Page(Token) } } },
    async (request) => {
      const rows = await listTokens(request.context);
      return page(request, ALL, { count: rows.length }, rows.map(tokenShape));
    },
  );
  app.post(
    '/api/v0/tokens/',
    {
      schema: {
        tags,
        summary: 'Make an API token; it is shown this once',
        body: CreateToken,
        response: { 201: NewToken },
      },
    },
    async (request, reply) => {
      const made = await createToken(request.context, request.body);
      return reply.code(201).send({ ...tokenShape(made), token: made.secret });
    },
  );
  app.delete(
    '/api/v0/tokens/:id/',
    {
      schema: {
        tags,
        summary: 'Revoke an API token',
        params: z.object({ id: z.string() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await deleteToken(request.context, request.params.id);
      return reply.code(204).send();
    },
  );
};
export default routes;
