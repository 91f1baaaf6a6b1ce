/** Errors of AWS's SDK as a person needs them. */
import { CliError, EXIT, needsAPerson } from '../../errors.ts';

/** What the operator can mend; undefined: it is something else. */
export function awsTrouble(error: unknown): CliError | undefined {
  const { name = '', message = '' } = error as Error;
  if (
    /CredentialsProviderError|CouldNotLoadCredentials/.test(name) ||
    /could not load credentials/i.test(message)
  )
    return needsAPerson(
      'There is no login to AWS here.',
      'Log in, e.g. with `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  if (/Expired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|TokenRefreshRequired/.test(name))
    return needsAPerson(
      'The login to AWS has expired or is not valid.',
      'Log in again, e.g. with `aws sso login`.',
    );
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError/.test(name))
    return needsAPerson(
      `AWS refused it: ${message}`,
      'Let an administrator of the account give you that right; docs/aws.md lists all that is needed.',
    );
  if (
    /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|TimeoutError|NetworkingError/.test(
      `${name} ${(error as NodeJS.ErrnoException).code}`,
    )
  )
    return new CliError(`AWS does not answer: ${message}`, {
      exitCode: EXIT.failed,
      todo: 'Check the network and the region, then run it again.',
    });
  return undefined;
}

/** Rejects with what a person can mend. */
export async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw awsTrouble(error) ?? error;
  }
}

/** Whether an error says that the thing asked for is not there. */
export const isAbsent = (error: unknown): boolean =>
  /NotFound|NoSuch|404/.test(
    `${(error as Error).name} ${(error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? ''}`,
  );
