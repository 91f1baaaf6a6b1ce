/** What a cloud's store said, in words for a person. */
import { CoveError, notFound } from '../errors.ts';

const HELP: Record<number, string> = {
  401: 'Are the credentials those of this store?',
  403: 'May the identity of this service read and write there?',
  404: 'Is there such a bucket?',
};

/** `status`: HTTP status of the refusal; undefined where nobody answered. A missing object is `not_found`. */
export function storeFailure(
  error: unknown,
  about: { store: string; doing: string; key: string; status: number | undefined; missing: boolean },
): Error {
  if (error instanceof CoveError) return error;
  const { store, doing, key, status, missing } = about;
  if (missing) return notFound(`Object ${key}`);
  const { name, message } = error as Error;
  const found = status === undefined ? `does not answer` : `refused (${status} ${name})`;
  const help = (status === undefined ? undefined : HELP[status]) ?? '';
  const words = `${store} ${found} while ${doing} ${key}: ${message}`.trim();
  return new CoveError('unavailable', `${words}${help && ` ${help}`}`, { cause: error });
}
