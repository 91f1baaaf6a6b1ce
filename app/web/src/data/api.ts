/** Calls of the API from the pages: same origin, session by cookie. */

/** What the API said no to, in words for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: Record<string, string>;
  constructor(status: number, message: string, fields: Record<string, string>) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  if (value !== null && typeof value === 'object')
    return 'message' in value ? textOf(value.message) : Object.values(value).map(textOf).join(' ');
  return '';
};

/** Reads every error form of client-contract 1.1. */
export function toApiError(status: number, body: unknown): ApiError {
  if (body === null || typeof body !== 'object')
    return new ApiError(status, `The server answered ${status}.`, {});
  const generic = ['non_field_errors', 'detail', 'error', 'message'];
  const entries = Object.entries(body).filter(([key]) => key !== 'code');
  const fields = Object.fromEntries(
    entries.filter(([key]) => !generic.includes(key)).map(([key, value]) => [key, textOf(value)]),
  );
  const general = entries.filter(([key]) => generic.includes(key)).map(([, value]) => textOf(value));
  const parts = general.length > 0 ? general : Object.entries(fields).map(([key, text]) => `${key}: ${text}`);
  return new ApiError(status, parts.join(' '), fields);
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/v0${path}`, {
    method,
    headers: {
      Accept: 'application/json',
      'X-Cove-Request': '1',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!response.ok) throw toApiError(response.status, parsed);
  return parsed as T;
}
export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body?: unknown) => call<T>('POST', path, body);
