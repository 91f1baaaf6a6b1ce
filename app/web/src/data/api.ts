import createClient from 'openapi-fetch';
import type { paths } from '../api.generated.d.ts';

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

const bodyOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
};

/** The API as its own document types it: same origin, session by cookie; a refusal is thrown as `ApiError`. */
export const api = createClient<paths>({ headers: { 'X-Cove-Request': '1' } });
api.use({
  async onResponse({ response }) {
    if (!response.ok) throw toApiError(response.status, await bodyOf(response));
  },
});

/** What a call brought back. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  if (data === undefined || data === null) throw new ApiError(502, 'The server gave an empty answer.', {});
  return data;
}
