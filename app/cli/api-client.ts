/** The installation's own API, as any client uses it. */
import { CliError } from './errors.ts';

const PATIENCE_MS = 30_000;

/** What the API answered when it refused. */
export class ApiRefusal extends CliError {
  readonly status: number;
  /** Its own words. */
  readonly said: string;
  constructor(method: string, path: string, status: number, body: string) {
    super(`The API refused ${method} ${path} (${status}): ${wordsOf(body)}`);
    this.status = status;
    this.said = wordsOf(body);
  }
}

export class ApiClient {
  readonly #url: string;
  #headers: Record<string, string> = {};

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens a session, which leaves no token behind. Ends with `signOut`. */
  async signIn(login: { username: string; password: string }): Promise<void> {
    const response = await this.#send('POST', '/api/v0/session/', login);
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie === undefined) throw new CliError('The API opened a session without a cookie.');
    this.#headers = { cookie, 'x-cove-request': '1' };
  }

  /** Speaks as whoever the token belongs to. */
  actWith(token: string): void {
    this.#headers = { authorization: `Token ${token}` };
  }

  async signOut(): Promise<void> {
    await this.#send('DELETE', '/api/v0/session/').catch(() => undefined);
    this.#headers = {};
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#send('GET', path)).json()) as T;
  }

  /** The answer as JSON; undefined where there is none. */
  async send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const text = await (await this.#send(method, path, body)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A stream of server-sent events. */
  async events(path: string, lastEventId: string | null, stop: AbortSignal): Promise<Response> {
    const headers = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    const url = new URL(path, this.#url);
    const response = await fetch(url, {
      headers: { ...this.#headers, accept: 'text/event-stream', ...headers },
      signal: stop,
    });
    if (!response.ok) throw new ApiRefusal('GET', path, response.status, await response.text());
    return response;
  }

  async #send(method: string, path: string, body?: unknown): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#url), {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.#headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      const cause = (error as Error).cause as { code?: string } | undefined;
      throw new CliError(
        `The API at ${this.#url} does not answer (${cause?.code ?? (error as Error).message}).`,
        {
          todo: '`npx cove status` shows which service is down, `npx cove up` mends it.',
        },
      );
    }
    if (!response.ok) throw new ApiRefusal(method, path, response.status, await response.text());
    return response;
  }
}

/** The complaint in an error body, whatever its shape (contract 1.1). */
export function wordsOf(body: string): string {
  try {
    const words: string[] = [];
    collect(JSON.parse(body), words);
    return words.join('; ') || body;
  } catch {
    return body.slice(0, 500);
  }
}

function collect(value: unknown, words: string[]): void {
  if (typeof value === 'string') words.push(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, words);
  else if (value !== null && typeof value === 'object') {
    const { message } = value as { message?: unknown };
    if (typeof message === 'string') words.push(message);
    else for (const [, item] of Object.entries(value)) collect(item, words);
  }
}

/** A session of `login` for `work` alone. */
export async function signedIn<T>(
  url: string,
  login: { username: string; password: string },
  work: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const api = new ApiClient(url);
  await api.signIn(login);
  try {
    return await work(api);
  } finally {
    await api.signOut();
  }
}
