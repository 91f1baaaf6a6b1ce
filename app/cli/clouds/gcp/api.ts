/** Google's REST APIs, by the operator's own login (`gcloud auth application-default login`). */
import { GoogleAuth } from 'google-auth-library';
import { CliError, EXIT, needsAPerson } from '../../errors.ts';

export interface Google {
  /** Null: there is no such thing. `url` begins with the service: `compute/compute/v1/projects/…`. */
  get<T>(url: string): Promise<T | null>;
  /** The body as it is. Null: there is no such thing. */
  text(url: string): Promise<string | null>;
  /** Null: it is there already. */
  post<T>(url: string, body: object): Promise<T | null>;
  patch(url: string, body: object): Promise<void>;
  remove(url: string): Promise<void>;
}

/** For tests: another address than `https://<service>.googleapis.com`, and a token that is not asked for. */
export interface Elsewhere {
  endpoint: string;
  token: string;
}

export function openGoogle(elsewhere?: Elsewhere): Google {
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  const tokenOf = async (): Promise<string> => {
    if (elsewhere !== undefined) return elsewhere.token;
    try {
      return (await auth.getAccessToken()) ?? '';
    } catch (error) {
      throw needsAPerson(
        `There is no login to Google Cloud: ${(error as Error).message.split('\n')[0]}`,
        'Log in with `gcloud auth application-default login`, and run it again.',
      );
    }
  };
  const ask = async (method: string, url: string, body?: object): Promise<Response> => {
    const [service = '', ...path] = url.split('/');
    const base =
      elsewhere === undefined ? `https://${service}.googleapis.com` : `${elsewhere.endpoint}/${service}`;
    const authorization = `Bearer ${await tokenOf()}`;
    return fetch(`${base}/${path.join('/')}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const read = async <T>(response: Response): Promise<T> => {
    if (!response.ok) throw refusal(response.status, await response.text());
    return (await response.json()) as T;
  };
  return {
    async get(url) {
      const response = await ask('GET', url);
      return response.status === 404 ? null : read(response);
    },
    async text(url) {
      const response = await ask('GET', url);
      if (response.status === 404) return null;
      if (!response.ok) throw refusal(response.status, await response.text());
      return response.text();
    },
    async post(url, body) {
      const response = await ask('POST', url, body);
      return response.status === 409 ? null : read(response);
    },
    async patch(url, body) {
      await read(await ask('PATCH', url, body));
    },
    async remove(url) {
      const response = await ask('DELETE', url);
      if (!response.ok && response.status !== 404) throw refusal(response.status, await response.text());
    },
  };
}

/** Google's own words: `{"error": {"message": …}}`. */
function refusal(status: number, text: string): CliError {
  let said = text.slice(0, 300);
  try {
    said = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    // No words of its own.
  }
  return new CliError(`Google Cloud answers ${status}: ${said}`, {
    exitCode: status === 401 || status === 403 ? EXIT.person : EXIT.failed,
    todo:
      status === 401
        ? 'Log in with `gcloud auth application-default login`, and run it again.'
        : status === 403
          ? 'Let somebody give your login this right, or enable the API that is named.'
          : 'Run it again; if it stays so, the words above are Google’s own.',
  });
}
