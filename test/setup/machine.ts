/** What this machine is, and where what the tests make is kept. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../toolchain/cache.js';

export const isRoot = process.getuid?.() === 0;

export const isDebian =
  process.platform === 'linux' &&
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));

/** Folder in the cache for images, the engine's data and the clients; may be deleted while no test runs. */
export const folder = join(cacheFolder(), 'test');

/** Where distributions keep programs that an ordinary user's PATH leaves out. */
process.env.PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Whether a program is on PATH. */
export const has = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((at) => at !== '' && existsSync(join(at, program)));

/** A step that cannot be done here: the tests that need it are skipped with this reason. */
export class Unavailable extends Error {}

/** Runs a command to its end; its output is the error's message. */
export function command(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve(stdout);
      reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}
