/** One repository of a registry, over the Docker Registry HTTP API v2 (the OCI distribution specification, v1.1). */
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { bearerToken, type Credentials } from './login.ts';
import { type Address, type Descriptor, MANIFEST_TYPES } from './manifest.ts';

type Answer = Awaited<ReturnType<typeof request>>;
interface Asked {
  method?: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Readable;
  /** Statuses that are an answer, not an error. */
  expect: number[];
}

/** What a blob is read from, wherever it lies. */
export type Open = () => Promise<Readable>;

const PATIENCE = { tries: 5, pauseMs: 500 };

/** The registry said no. */
export class RegistryRefusal extends Error {
  readonly status: number;
  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status}${wordsOf(body)}`);
    this.name = 'RegistryRefusal';
    this.status = status;
  }
}

export class Repository {
  readonly #base: string;
  readonly #credentials: Credentials | null;
  readonly #name: string;
  #authorization: string | undefined;

  constructor({ host, path }: Address, credentials: Credentials | null) {
    // As Docker does it: plain HTTP only on this very machine.
    const scheme = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(host) ? 'http' : 'https';
    this.#base = `${scheme}://${host}/v2/${path}`;
    this.#name = `${host}/${path}`;
    this.#credentials = credentials;
  }

  /** Null: it is not there. `reference`: a digest or a tag. */
  async manifest(reference: string): Promise<{ text: string; mediaType: string } | null> {
    const answer = await this.#ask(`${this.#base}/manifests/${reference}`, {
      headers: { accept: MANIFEST_TYPES.join(', ') },
      expect: [200, 404],
    });
    const text = await answer.body.text();
    return answer.statusCode === 404
      ? null
      : { text, mediaType: String(answer.headers['content-type'] ?? MANIFEST_TYPES[1]) };
  }

  async hasManifest(reference: string): Promise<boolean> {
    const answer = await this.#ask(`${this.#base}/manifests/${reference}`, {
      method: 'HEAD',
      headers: { accept: MANIFEST_TYPES.join(', ') },
      expect: [200, 404],
    });
    return answer.statusCode === 200;
  }

  async putManifest(reference: string, text: string, mediaType: string): Promise<void> {
    await this.#ask(`${this.#base}/manifests/${reference}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: text,
      expect: [200, 201],
    });
  }

  /** A registry that does not delete (405), or that holds it no more, is no error. */
  async deleteManifest(digest: string): Promise<void> {
    await this.#ask(`${this.#base}/manifests/${digest}`, { method: 'DELETE', expect: [200, 202, 404, 405] });
  }

  async hasBlob(digest: string): Promise<boolean> {
    const answer = await this.#ask(`${this.#base}/blobs/${digest}`, {
      method: 'HEAD',
      expect: [200, 307, 404],
    });
    return answer.statusCode !== 404;
  }

  async openBlob(digest: string): Promise<Readable> {
    const url = `${this.#base}/blobs/${digest}`;
    const answer = await this.#ask(url, { expect: [200, 301, 302, 307] });
    const { location } = answer.headers;
    if (answer.statusCode < 300 || location === undefined) return answer.body;
    await answer.body.dump();
    // The store behind a registry is asked without the registry's credentials.
    const stored = await request(new URL(String(location), url));
    if (stored.statusCode >= 300)
      throw new RegistryRefusal(`GET ${this.#name}@${digest}`, stored.statusCode, await stored.body.text());
    return stored.body;
  }

  /**
   * Sends a blob that is not there yet; one whose connection broke is sent again from its beginning, for registries
   * keep no part of it that can be relied on.
   */
  async putBlob(blob: Descriptor, open: Open): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#sendBlob(blob, await open());
      } catch (error) {
        const isRefused = error instanceof RegistryRefusal && error.status < 500;
        if (isRefused || tries >= PATIENCE.tries) throw error;
        await delay(PATIENCE.pauseMs * 2 ** (tries - 1));
      }
    }
  }

  async #sendBlob({ digest, size }: Descriptor, body: Readable): Promise<void> {
    const begun = await this.#ask(`${this.#base}/blobs/uploads/`, { method: 'POST', expect: [202] });
    const sent = await this.#ask(locationOf(begun, this.#base), {
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body,
      expect: [201, 202, 204],
    });
    const end = new URL(locationOf(sent, this.#base));
    end.searchParams.set('digest', digest);
    await this.#ask(end.href, { method: 'PUT', headers: { 'content-length': '0' }, expect: [201, 204] });
  }

  async #ask(url: string, { method = 'GET', headers = {}, body, expect }: Asked): Promise<Answer> {
    this.#authorization ??= this.#basic();
    const send = () =>
      request(url, {
        method,
        headers: {
          ...headers,
          ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
        },
        ...(body === undefined ? {} : { body }),
      });
    let answer = await send().catch(this.#unreachable);
    const challenge = answer.headers['www-authenticate'];
    if (answer.statusCode === 401 && challenge !== undefined && !(body instanceof Readable)) {
      await answer.body.dump();
      const token = await bearerToken(String(challenge), this.#credentials);
      if (token !== null) {
        this.#authorization = `Bearer ${token}`;
        answer = await send().catch(this.#unreachable);
      }
    }
    if (!expect.includes(answer.statusCode)) {
      throw new RegistryRefusal(`${method} ${this.#name}`, answer.statusCode, await answer.body.text());
    }
    if (method !== 'GET') await answer.body.dump();
    return answer;
  }

  #basic(): string | undefined {
    if (this.#credentials === null) return undefined;
    const { username, password } = this.#credentials;
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  readonly #unreachable = (error: Error & { code?: string }): never => {
    throw new Error(`${this.#name} does not answer (${error.code ?? error.message}).`, { cause: error });
  };
}

function locationOf(answer: Answer, base: string): string {
  const { location } = answer.headers;
  return location === undefined ? base : new URL(String(location), base).href;
}

/** The complaint in a registry's answer. */
function wordsOf(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors: { code: string; message: string }[] };
    return ` ${errors.map(({ code, message }) => `${code}: ${message}`).join('; ')}`;
  } catch {
    return body === '' ? '' : ` ${body.slice(0, 200)}`;
  }
}
