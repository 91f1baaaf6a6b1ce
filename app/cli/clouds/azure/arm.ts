/** Azure's management API and key vaults, with the operator's own login (`az login`, a service principal, a machine's). */
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, EXIT, needsAPerson } from '../../errors.ts';

/** Another address than Azure's, and a token that is not asked for: for tests. */
export interface Elsewhere {
  endpoint: string;
  token: string;
  pollMs: number;
}

export interface Arm {
  /** Null: it is not there. `path`: an id, or what follows one; `version`: of the API that knows it. */
  get<T>(path: string, version: string): Promise<T | null>;
  /** All pages of a list. */
  list<T>(path: string, version: string): Promise<T[]>;
  /** Makes it or puts it as it should be, and waits until Azure has. */
  put(path: string, version: string, body: unknown): Promise<void>;
  /** What an operation answers at its end. */
  post<T>(path: string, version: string, body: unknown): Promise<T>;
  /** Claims of the login's token: `oid` is who it is, `tid` the tenant. */
  claims(): Promise<{ oid?: string; tid?: string; upn?: string; appid?: string }>;
}

const MANAGEMENT = 'https://management.azure.com';
const POLL_MS = 2000;

/** A token for a service of Azure. Rejects with what a person can mend. */
export async function tokenFor(service: string): Promise<string> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  try {
    return (await new DefaultAzureCredential().getToken(`${service}/.default`)).token;
  } catch (error) {
    throw needsAPerson(
      `There is no login to Azure here, or it has expired: ${(error as Error).message.split('\n')[0]}`,
      'Log in, e.g. with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    );
  }
}

export function openArm(elsewhere?: Elsewhere): Arm {
  const endpoint = elsewhere?.endpoint ?? MANAGEMENT;
  const pause = () => delay(elsewhere?.pollMs ?? POLL_MS);
  const token = () => (elsewhere === undefined ? tokenFor(MANAGEMENT) : Promise.resolve(elsewhere.token));
  const ask = async (url: string, method = 'GET', body?: unknown) =>
    told(url, {
      method,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const at = (path: string, version: string) =>
    `${endpoint}${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;
  const get = async <T>(path: string, version: string): Promise<T | null> => {
    const response = await ask(at(path, version));
    return response === null ? null : ((await response.json()) as T);
  };
  return {
    get,
    async list<T>(path: string, version: string) {
      const found: T[] = [];
      for (let next: string | undefined = at(path, version); next !== undefined; ) {
        const page = (await (await ask(next))?.json()) as { value?: T[]; nextLink?: string } | undefined;
        found.push(...(page?.value ?? []));
        next = page?.nextLink;
      }
      return found;
    },
    async put(path, version, body) {
      await ask(at(path, version), 'PUT', body);
      for (;;) {
        const now = await get<{ properties?: { provisioningState?: string } }>(path, version);
        const state = now?.properties?.provisioningState ?? 'Succeeded';
        if (now !== null && /^Succeeded$/i.test(state)) return;
        if (/^(Failed|Canceled)$/i.test(state))
          throw new CliError(`Azure could not make ${path}: ${state}`, { exitCode: EXIT.failed });
        await pause();
      }
    },
    async post<T>(path: string, version: string, body: unknown) {
      let response = await ask(at(path, version), 'POST', body);
      const operation = response?.headers.get('location');
      while (response?.status === 202 && operation) {
        await pause();
        response = await ask(operation);
      }
      const text = (await response?.text()) ?? '';
      return (text === '' ? {} : JSON.parse(text)) as T;
    },
    async claims() {
      const [, payload = ''] = (await token()).split('.');
      return JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}');
    },
  };
}

/** Null: 404. Rejects with Azure's own words and what a person can do. */
export async function told(url: string, init: RequestInit): Promise<Response | null> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    throw new CliError(`Azure does not answer: ${(error as Error).message}`, {
      exitCode: EXIT.failed,
      todo: 'Check the network, then run it again.',
    });
  }
  if (response.ok) return response;
  if (response.status === 404) return null;
  const said = wordsOf(await response.text());
  if (response.status === 401)
    throw needsAPerson(
      `The login to Azure is not valid: ${said}`,
      'Log in again, e.g. with `az login --tenant …`.',
    );
  if (response.status === 403)
    throw needsAPerson(
      `Azure refused it: ${said}`,
      'Let an administrator of the subscription give you that right; docs/azure.md lists what is needed.',
    );
  throw new CliError(`Azure answers ${response.status}: ${said}`, { exitCode: EXIT.failed });
}

function wordsOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return `${error?.code ?? ''} ${error?.message ?? ''}`.trim() || text.slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}
