/** The closed family of errors the platform tells people about; each transport maps `code` once. */
export type ErrorCode =
  | 'invalid' // 400: the input is wrong; `fields` says where
  | 'unauthenticated' // 401
  | 'forbidden' // 403: seen, but too few rights
  | 'not_found' // 404: does not exist, or may not be seen
  | 'conflict' // 409: the object is in another state, or the name is taken
  | 'fenced' // 409: a report with an old token
  | 'too_large' // 413
  | 'upstream' // 502: something outside (Git host, registry, store) refused
  | 'unavailable'; // 503: one of our own parts does not answer; worth another try

/** One complaint about one field, in the client's form (client-contract 1.1, "Error body"). */
export interface FieldError {
  message: string;
  code: string;
}

/** What was found, what was needed, what to do: in `message`, for a person. */
export class CoveError extends Error {
  readonly code: ErrorCode;
  readonly fields: Record<string, FieldError[]> | undefined;
  /** A finer word for programs, where a contract asks for one, e.g. `has_2fa`, `not_claimable`; else `code` is told. */
  readonly reason: string | undefined;
  constructor(
    code: ErrorCode,
    message: string,
    options?: { fields?: Record<string, FieldError[]>; reason?: string; cause?: unknown },
  ) {
    super(message, { cause: options?.cause });
    this.name = 'CoveError';
    this.code = code;
    this.fields = options?.fields;
    this.reason = options?.reason;
  }
}

export const notFound = (what: string) => new CoveError('not_found', `${what} does not exist`);
export const forbidden = (what: string) => new CoveError('forbidden', `You may not ${what}`);
/** A complaint about one field. `fieldCode` is for programs, e.g. `does_not_exist`. */
export const invalid = (field: string, message: string, fieldCode = 'invalid') =>
  new CoveError('invalid', `${field}: ${message}`, { fields: { [field]: [{ message, code: fieldCode }] } });
