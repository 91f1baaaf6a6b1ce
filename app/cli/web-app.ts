/** The web application: built once per content of its sources. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from './errors.ts';
import { CHECKOUT } from './installation.ts';

const WEB = join(CHECKOUT, 'app', 'web');
const DIST = join(WEB, 'dist');
const STAMP = '.sources';
const BUILD_MS = 5 * 60_000;

/** A hash over everything that the built pages depend on. */
export function sourcesHash(folder = WEB, lockFile = join(CHECKOUT, 'package-lock.json')): string {
  const hash = createHash('sha256');
  // Not into `dist…`: there another command may be building, or removing what a killed one left.
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('dist'))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
    )
    .map((file) => relative(folder, file))
    .sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.update(readFileSync(lockFile)).digest('hex');
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function builtFrom(): string | null {
  try {
    return readFileSync(join(DIST, STAMP), 'utf8');
  } catch {
    return null;
  }
}

/** Builds the pages where they are missing or older than their sources. Returns what was done. */
export async function ensureWebApp(): Promise<string> {
  if (!existsSync(join(WEB, 'index.html'))) return 'not part of this checkout';
  if (isWritable(WEB)) await removeLeftovers();
  const wanted = sourcesHash();
  if (builtFrom() === wanted) return 'up to date';
  if (!isWritable(WEB)) {
    if (existsSync(join(DIST, 'index.html')))
      return 'the checkout is read-only: the pages built earlier are used';
    throw new CliError(`The web application must be built, and ${WEB} may not be written by this user.`, {
      todo: 'Run `npx cove up` once as the owner of the checkout, or work in a clone of your own.',
    });
  }
  await build(wanted);
  return 'built';
}

/** Into a folder of its own first: a killed build leaves no half of the pages behind. */
async function build(stamp: string): Promise<void> {
  const fresh = `${DIST}.${process.pid}`;
  const vite = join(CHECKOUT, 'node_modules', 'vite', 'bin', 'vite.js');
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', fresh, '--logLevel', 'error'], {
      cwd: WEB,
      timeout: BUILD_MS,
      // Whatever the shell says: React's pages for development are slow, and tell where they were built.
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: '0' },
    });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new CliError(`The web application could not be built: ${words(stderr ?? '') || message}`);
  }
  await writeFile(join(fresh, STAMP), stamp);
  const old = `${DIST}.old.${process.pid}`;
  await rename(DIST, old).catch(() => undefined);
  await rename(fresh, DIST).catch((error: NodeJS.ErrnoException) => {
    // Another `up` was faster; its pages are as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(old, { recursive: true, force: true });
  await rm(fresh, { recursive: true, force: true });
}

/** Of builds that were killed, or that outlived the command that began them. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(WEB)) {
    const pid = /^dist\.(?:old\.)?(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      // A builder that outlived its command may still write into it: what is left then goes the next time.
      await rm(join(WEB, name), { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What the builder complains about, without its own stack. */
const words = (stderr: string): string => (stderr.split(/\n\s+at /)[0] ?? '').trim();

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
