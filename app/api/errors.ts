/** The one place where an error becomes a status and a body (client-contract 1.1, "Error body"). */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { $ZodIssue } from 'zod/v4/core';
import { CoveError, type ErrorCode, type FieldError } from '../core/errors.ts';

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  fenced: 409,
  too_large: 413,
  upstream: 502,
  unavailable: 503,
};

export type ErrorBody = Record<string, unknown>;

/** Fields where there are any; else one message and a code for programs. */
export function bodyOf(error: CoveError): ErrorBody {
  if (error.fields && Object.keys(error.fields).length > 0) return { ...error.fields };
  return { message: error.message, code: error.reason ?? error.code };
}

/** Complaints by field, in the client's form; what concerns no field goes under `non_field_errors`. */
export function fieldsOf(issues: readonly $ZodIssue[]): Record<string, FieldError[]> {
  const fields: Record<string, FieldError[]> = {};
  for (const issue of issues) {
    const [field, ...rest] = issue.path.map(String);
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    const where = rest.length > 0 ? `${rest.join('.')}: ` : '';
    const name = field ?? 'non_field_errors';
    fields[name] ??= [];
    fields[name].push(
      missing && /received undefined/.test(issue.message)
        ? { message: `${where}This field is required.`, code: 'required' }
        : { message: `${where}${issue.message}`, code: 'invalid' },
    );
  }
  return fields;
}

export function errorHandler(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof CoveError) {
    if (error.code === 'unavailable' || error.code === 'upstream')
      request.log.warn({ err: error }, error.message);
    if (error.code === 'unavailable') reply.header('retry-after', '2');
    if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Token');
    return reply.code(STATUS[error.code]).send(bodyOf(error));
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    // The rest of too large a body is read and dropped: whoever is cut off while it talks never reads the answer.
    if (status === 413) reply.removeHeader('connection');
    const code = status === 429 ? 'throttled' : status === 413 ? 'too_large' : 'invalid';
    return reply.code(status).send({ message: error.message, code });
  }
  request.log.error({ err: error }, 'request failed');
  const message = `Something failed on the server. An operator finds the reason in the log under request ${request.id}.`;
  return reply.code(500).send({ message, code: 'internal' });
}
