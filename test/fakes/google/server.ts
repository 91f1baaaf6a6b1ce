/**
 * Google's services over HTTP, as far as their handlers go: under their real names (`Host: compute.googleapis.com`), or
 * below their first labels (`/compute/…`) where the host is this machine. Who asks is known by the access token.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  body: any;
  /** Address of the account whose token it is; undefined for a stranger. */
  as: string | undefined;
}
/** Undefined: there is no such thing. */
export type Handler = (asked: Asked) => unknown;

/** What a handler throws for another status than 404. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Google {
  port: number;
  close(): void;
}

/** `tokens`: the accounts' addresses by their access tokens. Keys of `services`: the first labels of their names. */
export async function startGoogle(
  tokens: Record<string, string>,
  services: Record<string, Handler>,
): Promise<Google> {
  const server = createServer(async (request, response) => {
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (status: number, message: string) => send(status, { error: { code: status, message } });
    try {
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
      const named = /^([a-z0-9]+)\.googleapis\.com$/.exec(url.hostname)?.[1];
      const [service = '', path] =
        named === undefined ? split(url.pathname) : [named, decodeURIComponent(url.pathname)];
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const text = await read(request);
      const answer = await services[service]?.({
        method: request.method ?? 'GET',
        path,
        query: url.searchParams,
        body: bodyOf(request, text),
        as: tokens[token],
      });
      if (answer === undefined) refuse(404, `${service} has nothing at ${path}`);
      else send(200, answer);
    } catch (error) {
      if (error instanceof Refused) refuse(error.status, error.message);
      else refuse(500, String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

const split = (path: string): [string, string] => {
  const [, service = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path) ?? [];
  return [service, decodeURIComponent(rest)];
};

/** Only logins are sent as a form. */
const bodyOf = ({ headers }: IncomingMessage, text: string): unknown => {
  if (text === '') return undefined;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
};

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
