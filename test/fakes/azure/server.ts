/**
 * Azure's services over HTTP, as far as their handlers go, told apart by their names (`Host: x.vault.azure.net`). Who asks
 * is known by the claims of the token, and one for another service is worth nothing.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as plain, type ServerResponse } from 'node:http';
import { request as secure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Claims, claimsOf } from './tokens.ts';

export interface Asked {
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  body: any;
  /** Object id of who asks. */
  as: string;
}
/** With a status of its own and headers; a value alone is sent with 200. Undefined: there is no such thing. */
export class Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
export interface Service {
  /** End of the names that it has, such as `.vault.azure.net`. */
  name: string;
  /** What a token must be for. Left out: nobody is asked for one. */
  audience?: RegExp;
  answer(asked: Asked): unknown;
}

/** What a service throws for another status than 404. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
export interface Azure {
  port: number;
  close(): void;
}

export async function startAzure(services: Service[]): Promise<Azure> {
  const server = createServer(async (request, response) => {
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    const refuse = (status: number, code: string, message: string, headers = {}) =>
      send(status, { error: { code, message } }, headers);
    try {
      const { pathname, searchParams, hostname } = new URL(
        request.url ?? '/',
        `http://${request.headers.host}`,
      );
      const service = services.find(({ name }) => hostname === name || hostname.endsWith(name));
      const claims = claimsOf(request.headers.authorization);
      const text = await read(request);
      if (service === undefined) return void refuse(404, 'NotFound', `nothing is called ${hostname}`);
      if (service.audience !== undefined && !isFor(claims, service.audience))
        // Clients of key vaults ask without a token first, to learn for whom one has to be.
        return void refuse(401, 'Unauthorized', `a token for ${service.audience} is needed`, {
          'www-authenticate':
            'Bearer authorization="https://login.microsoftonline.com/common", resource="https://vault.azure.net"',
        });
      const answer = await service.answer({
        method: request.method ?? 'GET',
        host: hostname,
        path: decodeURIComponent(pathname),
        query: searchParams,
        headers: request.headers,
        body: parse(text, request.headers['content-type']),
        as: claims?.oid ?? '',
      });
      if (answer === undefined) refuse(404, 'ResourceNotFound', `${hostname} has nothing at ${pathname}`);
      else if (answer instanceof Answer) send(answer.status, answer.body, answer.headers);
      else send(200, answer);
    } catch (error) {
      if (error instanceof Refused) refuse(error.status, error.code, error.message);
      else refuse(500, 'InternalError', String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

const isFor = (claims: Claims | undefined, audience: RegExp) =>
  claims !== undefined && audience.test(claims.aud);

function parse(text: string, type = ''): unknown {
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  return text === '' || !type.includes('json') ? text : JSON.parse(text);
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const one of request) text += one;
  return text;
}

/** Passes a request on to this machine's port under the name that it asked for. `headers` stand in for its own. */
export function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { port, tls = false, headers = {} }: { port: number; tls?: boolean; headers?: Record<string, string> },
): void {
  const { method, url } = request;
  const send = tls ? secure : plain;
  const onward = send(
    {
      ...{ host: '127.0.0.1', port, method, path: url, rejectUnauthorized: false },
      headers: { ...request.headers, ...headers },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  request.on('error', () => onward.destroy());
  request.pipe(onward);
}
