/** A cloud's secret store, asked as the machine's own identity. One file per cloud implements it. */
import { CoveError } from '../errors.ts';

export interface CloudSecrets {
  /** Null where the entry is there and empty. Throws `unavailable`, or `upstream` where it is refused. */
  read(secret: string): Promise<string | null>;
  /** A new version, at once the current one. */
  write(secret: string, text: string): Promise<void>;
}

/** What a cloud's refusal means: worth another try, or something a person must mend. `status`: HTTP, if it answered. */
export function refusal(
  what: string,
  status: number | undefined,
  error: unknown,
  options: { right: string },
): CoveError {
  const found = error instanceof Error ? error.message : String(error);
  if (status === undefined || status >= 500 || status === 429 || status === 408)
    return new CoveError('unavailable', `The secret store does not answer for ${what}: ${found}`, {
      cause: error,
    });
  const cure =
    status === 404
      ? 'the stack makes it: run `cove up` again'
      : `this machine's identity needs ${options.right} on it`;
  return new CoveError('upstream', `The secret store refuses ${what} (${status}): ${found}; ${cure}`, {
    cause: error,
  });
}
