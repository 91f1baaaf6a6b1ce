/** `cove password --reset`: the platform's own bootstrap does it, for it alone may write users. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from './errors.ts';
import { CHECKOUT, type Places } from './installation.ts';
import { readable } from './log-file.ts';

const PATIENCE_MS = 60_000;

/** Gives the administrator another password, in Vault and in the database. */
export async function resetPassword(places: Places): Promise<void> {
  const main = join(CHECKOUT, 'app', 'main.ts');
  const args = ['--no-warnings', main, '--settings', places.bootstrapSettings, '--only', 'password'];
  try {
    await promisify(execFile)(process.execPath, args, { timeout: PATIENCE_MS });
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    const last = stdout.trim().split('\n').at(-1) || stderr.trim();
    throw new CliError(`The password could not be reset: ${last === '' ? message : readable(last)}`, {
      todo: '`npx cove status` shows whether PostgreSQL and Vault run.',
    });
  }
}
