/** Google's Compute Engine API as far as managed instance groups need it, by the machine's service account. */
import { GoogleAuth } from 'google-auth-library';
import { CoveError } from '../errors.ts';

const ENDPOINT = 'https://compute.googleapis.com';
const SCOPE = 'https://www.googleapis.com/auth/compute';

export interface GcpApi {
  /** Null: there is no such thing. */
  get<T>(path: string): Promise<T | null>;
  /** All pages of a list, page by page. */
  pages<T>(method: 'GET' | 'POST', path: string): Promise<T[]>;
  /** Answers as soon as Google has taken it; the work goes on there. */
  send(path: string, body?: object): Promise<void>;
  /** As `send`; what is gone already is no error. */
  remove(path: string): Promise<void>;
}

/** For tests: another address than Google's, and a token that is not asked for. */
export interface Elsewhere {
  endpoint: string;
  token: string;
}

/** Paths begin behind `/compute/v1`. */
export function gcpApi(elsewhere?: Elsewhere): GcpApi {
  const base = `${elsewhere?.endpoint ?? ENDPOINT}/compute/v1`;
  const auth = elsewhere === undefined ? new GoogleAuth({ scopes: SCOPE }) : undefined;
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    try {
      const token = elsewhere?.token ?? (await auth!.getAccessToken());
      return await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(30_000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CoveError('unavailable', `Google Cloud: ${(error as Error).message}`, { cause: error });
    }
  };
  return {
    async get<T>(path: string) {
      const response = await ask('GET', path);
      return response.status === 404 ? null : ((await read(response)) as T);
    },
    async pages<T>(method: 'GET' | 'POST', path: string) {
      const found: T[] = [];
      let token: string | undefined = '';
      while (token !== undefined) {
        const more =
          token === '' ? '' : `${path.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(token)}`;
        const page = (await read(await ask(method, `${path}${more}`))) as T & { nextPageToken?: string };
        found.push(page);
        token = page.nextPageToken;
      }
      return found;
    },
    async send(path, body) {
      await read(await ask('POST', path, body));
    },
    async remove(path) {
      const response = await ask('DELETE', path);
      if (response.status !== 404) await read(response);
    },
  };
}

/** Google's own words: `{"error": {"message": …}}`. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return text === '' ? {} : JSON.parse(text);
  let said = text.slice(0, 300);
  try {
    said = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    // No words of its own.
  }
  throw new CoveError('unavailable', `Google Cloud answers ${response.status}: ${said}`);
}
