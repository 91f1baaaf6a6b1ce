/**
 * The metadata service of a machine (IMDS), as far as Cove asks it: who does not say `Metadata: true` gets nothing.
 * Source: "Azure Instance Metadata Service", and "How to use managed identities on a VM to acquire an access token".
 */
import type { RequestListener } from 'node:http';
import { type Identity, tokenOf } from './tokens.ts';

/** `identity`: the machine's only one; undefined: it has none. `attested`: its signed document, in base64. */
export function metadataServer(identity: Identity | undefined, attested: () => string): RequestListener {
  return (request, response) => {
    const send = (status: number, body: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const bad = (message: string) => send(400, { error: 'invalid_request', error_description: message });
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://metadata');
    if (request.headers.metadata !== 'true') return bad('Required metadata header not specified');
    if (!query.has('api-version')) return bad('Required query variable api-version is missing');
    if (pathname === '/metadata/attested/document')
      return send(200, { encoding: 'pkcs7', signature: attested() });
    if (pathname === '/metadata/scheduledevents') return send(200, { DocumentIncarnation: 1, Events: [] });
    if (pathname !== '/metadata/identity/oauth2/token') return send(404, { error: 'not found' });
    const asked = query.get('client_id');
    // A machine's only identity needs no name.
    if (identity === undefined || (asked !== null && asked !== identity.clientId))
      return bad('Identity not found');
    const resource = query.get('resource') ?? '';
    const expires = String(Math.floor(Date.now() / 1000) + 3600);
    return send(200, {
      access_token: tokenOf(identity, resource),
      client_id: identity.clientId,
      expires_in: '3600',
      expires_on: expires,
      resource,
      token_type: 'Bearer',
    });
  };
}
