/** The example as the API serves it: a bare Git repository that the stack makes from app/example. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CliError } from '../errors.ts';

/** Its newest commit. */
export async function exampleCommit(repository: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', [
      '--git-dir',
      repository,
      'rev-parse',
      '--verify',
      'HEAD',
    ]);
    return stdout.trim();
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new CliError(
      `The example's repository ${repository} cannot be read: ${stderr?.trim() || message}`,
      {
        todo: '`npx cove up` makes it again.',
      },
    );
  }
}
