/** Body parsers, lenient where the clients need it (client-contract 1.1, "Bodies"). */
import type { FastifyRequest } from 'fastify';
import { CoveError } from '../core/errors.ts';
import { readJson } from '../core/exact-json.ts';

type Done = (error: Error | null, body?: unknown) => void;

/** An empty body is no body, whatever the header says. */
export function parseJson(_request: FastifyRequest, text: string | Buffer, done: Done): void {
  if (text.length === 0) {
    done(null, undefined);
    return;
  }
  try {
    done(null, readJson(typeof text === 'string' ? text : UTF_8.decode(text)));
  } catch (error) {
    done(new CoveError('invalid', `The body is not valid JSON: ${(error as Error).message}`));
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Any other type: only an empty body is understood. */
export function parseUnknown(request: FastifyRequest, body: string | Buffer, done: Done): void {
  if (body.length === 0) {
    done(null, undefined);
    return;
  }
  const found = request.headers['content-type'] ?? 'none';
  done(
    new CoveError(
      'invalid',
      `Content-Type ${found} is not understood here; send application/json or a form.`,
    ),
  );
}
