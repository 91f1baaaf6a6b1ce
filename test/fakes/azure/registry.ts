/**
 * A container registry of Azure before a real registry: a token of Entra ID is exchanged for the registry's own, that for a
 * pass to what is asked for. Source: "Azure Container Registry integration with Entra ID", and Docker's "Token authentication".
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { passOn } from './server.ts';
import { claimsOf } from './tokens.ts';

/** The name that goes with the registry's own token. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface RegistryArgs {
  /** `cove.azurecr.io` */
  name: string;
  /** Object ids of those who may pull. */
  pullers: string[];
  /** Where the real one listens, and the login that it knows. */
  behind(): number;
  login: { username: string; password: string };
}

export function azureRegistry({ name, pullers, behind, login }: RegistryArgs): Server {
  const refreshTokens = new Set<string>();
  const passes = new Set<string>();
  const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return createServer(async (request, response) => {
    const send = (status: number, body: object, headers: Record<string, string> = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const refuse = (message: string, headers?: Record<string, string>) =>
      send(401, { errors: [{ code: 'UNAUTHORIZED', message }] }, headers);
    const { pathname } = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (pathname === '/oauth2/exchange') {
      let text = '';
      for await (const one of request) text += one;
      const form = new URLSearchParams(text);
      const claims = claimsOf(`Bearer ${form.get('access_token')}`);
      if (
        request.method !== 'POST' ||
        form.get('grant_type') !== 'access_token' ||
        form.get('service') !== name
      )
        return send(400, { errors: [{ code: 'BAD_REQUEST', message: 'grant_type and service are needed' }] });
      if (!/^https:\/\/(management|containerregistry)\.azure\.(com|net)\/?$/.test(claims?.aud ?? ''))
        return refuse('the token is for another service');
      if (!pullers.includes(claims?.oid ?? '')) return refuse('no role on this registry');
      const own = randomUUID();
      refreshTokens.add(own);
      return send(200, { refresh_token: own });
    }
    if (pathname === '/oauth2/token') {
      const [user, password = ''] = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64')
        .toString()
        .split(':');
      if (user !== NOBODY || !refreshTokens.has(password)) return refuse('authentication required');
      const pass = randomUUID();
      passes.add(pass);
      return send(200, { access_token: pass });
    }
    const pass = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!passes.has(pass))
      return refuse('authentication required', {
        'docker-distribution-api-version': 'registry/2.0',
        'www-authenticate': `Bearer realm="https://${request.headers.host}/oauth2/token",service="${name}"`,
      });
    passOn(request, response, { port: behind(), headers: { authorization: `Basic ${basic}` } });
  });
}
