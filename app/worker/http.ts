/** HTTP as the worker needs it: warm connections, streams in and out, and errors that say whether to try again. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, interceptors, ProxyAgent, request } from 'undici';
import { guardedConnector, refuseInternal } from '../platform/guarded-connect.ts';
import { proxyFor } from '../platform/outbound.ts';
import { type Answer, exchange } from './exchange.ts';

/** The other side answered, and it was no. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: string;
  constructor(method: string, url: URL, status: number, body: string) {
    const said = body.trim().split('\n')[0]?.slice(0, 200);
    super(`${method} ${withoutSecrets(url)} answered ${status}${said ? `: ${said}` : ''}`);
    this.name = 'HttpError';
    this.status = status;
    this.body = body;
  }
}

/** Whether a request that failed so may well succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500 || [408, 425, 429].includes(error.status);
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'AbortError') return false;
  return (
    typeof code === 'string' && !['ERR_INVALID_URL', 'EACCES', 'ENOSPC', 'EISDIR', 'EROFS'].includes(code)
  );
}

/** An address for a log: a signature or a password in it opens a door. */
export function withoutSecrets(url: URL | string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

const IDLE_MS = 60_000;
const JSON_TIMEOUT_MS = 10_000;
/** A transfer may take for ever, but not stand still for longer. */
const STALL_MS = 60_000;
/** A store answers an upload only once the bytes lie safely on disk. */
const STORE_ANSWER_MS = 300_000;
/** A store says little about what it took, or why not. */
const ANSWER_BYTES = 1024 * 1024;

export interface Download {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Dispatcher.ResponseData['body'];
}

export class Http {
  readonly base: URL;
  readonly #api: Dispatcher;
  /** By proxy; the empty name is the direct way. */
  readonly #outside = new Map<string, Dispatcher>();
  #trusted: readonly string[] = [];

  constructor(base: string, caFile?: string) {
    this.base = new URL(base);
    const ca =
      caFile === undefined ? undefined : [readFileSync(caFile, 'utf8'), ...getCACertificates('default')];
    const connect = { timeout: 5_000, ...(ca && { ca }) };
    this.#api = agent(proxyFor(this.base), { keepAliveTimeout: IDLE_MS, connections: 64 }, connect);
  }

  /** One JSON call to the API. A status from 400 on is an `HttpError`. */
  async post(
    path: string,
    body: unknown,
    authorization: string,
    signal?: AbortSignal,
    patience = JSON_TIMEOUT_MS,
  ): Promise<unknown> {
    const url = new URL(path, this.base);
    const response = await request(url, {
      dispatcher: this.#api,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: patience,
      bodyTimeout: JSON_TIMEOUT_MS,
      ...(signal && { signal }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 400) throw new HttpError('POST', url, response.statusCode, text);
    return text === '' ? null : JSON.parse(text);
  }

  /** An empty POST whose answer is read line by line; silence for a minute is an error. */
  async *lines(path: string, authorization: string, signal: AbortSignal): AsyncIterable<string> {
    const url = new URL(path, this.base);
    const response = await request(url, {
      dispatcher: this.#api,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
      headersTimeout: JSON_TIMEOUT_MS,
      bodyTimeout: STALL_MS,
      signal,
    });
    if (response.statusCode >= 400) {
      throw new HttpError('POST', url, response.statusCode, await response.body.text());
    }
    yield* createInterface({ input: response.body });
  }

  /** Hosts of internal networks, as `host` or `host:port`, that users' addresses may lead to. */
  trust(hosts: readonly string[]): void {
    this.#trusted = hosts;
  }

  /** As `get`, for an address that a user named: it, and what it redirects to, must lie outside or be trusted. */
  async getForUser(
    address: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
    accept: number[] = [],
  ): Promise<Download> {
    await this.#refuseInternal(this.#resolve(address).url);
    return this.#get(address, headers, signal, accept, true);
  }

  /** Opens a download. `url` may be relative to the API's address. Redirects are followed. */
  async get(
    address: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
    accept: number[] = [],
  ): Promise<Download> {
    return this.#get(address, headers, signal, accept, false);
  }

  async #get(
    address: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    accept: number[],
    forUser: boolean,
  ): Promise<Download> {
    const { url, authorization } = this.#resolve(address);
    const response = await request(url, {
      dispatcher: this.#agentFor(url, forUser),
      method: 'GET',
      headers: { ...headers, ...authorization },
      headersTimeout: STALL_MS,
      bodyTimeout: STALL_MS,
      ...(signal && { signal }),
    });
    if (response.statusCode >= 300 && !accept.includes(response.statusCode)) {
      const text = await response.body.text().catch(() => '');
      throw new HttpError('GET', url, response.statusCode, text);
    }
    return { status: response.statusCode, headers: response.headers, body: response.body };
  }

  /** As `get`, or `getForUser`, but the whole answer, of which there may be no more than `most` bytes. */
  async take(
    address: string,
    {
      headers = {},
      accept = [],
      forUser = false,
    }: { headers?: Record<string, string>; accept?: number[]; forUser?: boolean },
    most: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { url, authorization } = this.#resolve(address);
    if (forUser) await this.#refuseInternal(url);
    const options = {
      ...target(url),
      method: 'GET' as const,
      headers: { ...headers, ...authorization },
      headersTimeout: STALL_MS,
      bodyTimeout: STALL_MS,
    };
    const answer = await exchange(this.#agentFor(url, forUser), options, most, signal);
    if (answer.status >= 300 && !accept.includes(answer.status))
      throw new HttpError('GET', url, answer.status, answer.data.toString());
    return answer;
  }

  /** Uploads by a presigned PUT. Gives the ETag, without quotes; empty where the store names none. */
  async put(
    address: string,
    headers: Record<string, string>,
    body: Readable | Buffer,
    size: number,
    signal?: AbortSignal,
  ): Promise<string> {
    const { url, authorization } = this.#resolve(address);
    const told = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
    const options = {
      ...target(url),
      method: 'PUT' as const,
      headers: { ...told, ...headers, ...authorization },
      body,
      headersTimeout: STORE_ANSWER_MS,
      bodyTimeout: STALL_MS,
    };
    const answer = await exchange(this.#agentFor(url), options, ANSWER_BYTES, signal);
    if (answer.status >= 300) throw new HttpError('PUT', url, answer.status, answer.data.toString());
    return String(answer.headers.etag ?? '').replaceAll('"', '');
  }

  async close(): Promise<void> {
    await Promise.all([this.#api, ...this.#outside.values()].map((one) => one.destroy()));
  }

  /** `user:password@` of an address belongs into a header, not into what is shown. */
  #resolve(address: string): { url: URL; authorization: Record<string, string> } {
    const url = new URL(address, this.base);
    if (url.username === '' && url.password === '') return { url, authorization: {} };
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    url.username = '';
    url.password = '';
    return { url, authorization: { authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
  }

  /** Where a proxy would resolve the name, nothing else looks at it. */
  async #refuseInternal(url: URL): Promise<void> {
    if (url.origin !== this.base.origin && proxyFor(url) !== null) await refuseInternal(url, this.#trusted);
  }

  #agentFor(url: URL, forUser = false): Dispatcher {
    if (url.origin === this.base.origin) return this.#api;
    const proxy = proxyFor(url);
    const guarded = forUser && proxy === null;
    const name = guarded ? 'guarded' : (proxy ?? '');
    const known = this.#outside.get(name);
    if (known) return known;
    const connect = { timeout: 15_000 };
    const bare = guarded
      ? new Agent({ connect: guardedConnector(() => this.#trusted, connect) })
      : agent(proxy, {}, connect);
    const made = bare.compose(interceptors.redirect({ maxRedirections: 10 }));
    this.#outside.set(name, made);
    return made;
  }
}

const target = ({ origin, pathname, search }: URL) => ({ origin, path: pathname + search });

function agent(proxy: string | null, options: Agent.Options, connect: { timeout: number; ca?: string[] }) {
  if (proxy === null) return new Agent({ ...options, connect });
  return new ProxyAgent({ uri: proxy, ...options, requestTls: connect, proxyTunnel: true });
}
