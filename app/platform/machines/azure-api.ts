/** Azure's management API as far as scale sets need it, by the machine's managed identity. */
import { ManagedIdentityCredential } from '@azure/identity';
import { CoveError } from '../errors.ts';

const ENDPOINT = 'https://management.azure.com';
const VERSION = 'api-version=2024-11-01';

export interface AzureApi {
  /** Null: there is no such thing. */
  get<T>(path: string): Promise<T | null>;
  /** All pages of a list. */
  list<T>(path: string): Promise<T[]>;
  /** Answers as soon as Azure has taken it; the work goes on there. */
  send(method: 'PATCH' | 'POST', path: string, body: unknown): Promise<void>;
}

/** For tests: another address than Azure's, and a token that is not asked for. */
export interface Elsewhere {
  endpoint: string;
  token: string;
}

export function azureApi(elsewhere?: Elsewhere): AzureApi {
  const endpoint = elsewhere?.endpoint ?? ENDPOINT;
  // Named as other parts of Azure's SDK do it, for a machine may have several.
  const clientId = process.env.AZURE_CLIENT_ID;
  const identity =
    elsewhere === undefined
      ? new ManagedIdentityCredential(clientId === undefined ? {} : { clientId })
      : undefined;
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    try {
      const token = elsewhere?.token ?? (await identity!.getToken(`${ENDPOINT}/.default`)).token;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return await fetch(url, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    } catch (error) {
      throw new CoveError('unavailable', `Azure: ${(error as Error).message}`, { cause: error });
    }
  };
  const at = (path: string) => `${endpoint}${path}${path.includes('?') ? '&' : '?'}${VERSION}`;
  return {
    async get<T>(path: string) {
      const response = await ask(at(path));
      return response.status === 404 ? null : ((await read(response)) as T);
    },
    async list<T>(path: string) {
      const found: T[] = [];
      let next: string | undefined = at(path);
      while (next !== undefined) {
        const page = (await read(await ask(next))) as { value?: T[]; nextLink?: string };
        found.push(...(page.value ?? []));
        next = page.nextLink;
      }
      return found;
    },
    async send(method, path, body) {
      await read(await ask(at(path), { method, body: JSON.stringify(body) }));
    },
  };
}

/** Azure's own words: `{"error": {"code": …, "message": …}}`. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return text === '' ? {} : JSON.parse(text);
  let said = text.slice(0, 300);
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    said = `${error.code}: ${error.message}`;
  } catch {
    // No words of its own.
  }
  throw new CoveError('unavailable', `Azure answers ${response.status}: ${said}`);
}
