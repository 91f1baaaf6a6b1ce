import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.js';
import { platform } from './pins.js';
import { consoleProgress, step } from './progress.js';
import { root as checkout } from './root.js';
import { CommandFailed, run } from './run.js';

/** Packages could not be installed; the message says why and what to do. */
export class InstallFailed extends Error {
  code = 'install_failed';
}

/**
 * Makes sure that node_modules holds what package-lock.json says: installs only when it does not, one process at a time.
 *
 * @param {{ onProgress?: import('./types.js').OnProgress, root?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function prepare({ onProgress = consoleProgress(), root = checkout, env = process.env } = {}) {
  const wanted = fingerprint(root);
  if (stampOf(root) === wanted) return;
  const lock = path.join(root, '.cove', 'install.lock');
  await writable(root, () =>
    withLock(
      lock,
      'installing npm packages',
      async () => {
        if (stampOf(root) === wanted) return;
        // Installed by hand with npm: npm's own record tells the same.
        if (!isInstalled(root)) await install(root, env, onProgress);
        link(root);
        fs.writeFileSync(path.join(root, 'node_modules', '.cove-stamp'), wanted);
      },
      (holder) =>
        onProgress({
          program: 'npm',
          message: `npm packages: waiting for process ${holder.pid}, which is installing them`,
          seconds: 0,
        }),
    ),
  );
}

/**
 * @param {string} root
 * @param {() => Promise<void>} work
 */
async function writable(root, work) {
  try {
    await work();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'EACCES' && code !== 'EROFS') throw error;
    throw new InstallFailed(
      `The npm packages in ${root} are missing or out of date, and this user may not write there.\n` +
        'Run this command once as the owner of the folder, or work in a clone of your own.',
    );
  }
}

/** @param {string} root */
function fingerprint(root) {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${platform}\n`;
}

/** @param {string} root */
function stampOf(root) {
  try {
    return fs.readFileSync(path.join(root, 'node_modules', '.cove-stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether npm's record of what it installed has every package of the lock file, save those of other platforms.
 *
 * @param {string} root
 */
function isInstalled(root) {
  try {
    const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    const record = path.join(root, 'node_modules', '.package-lock.json');
    const { packages: present } = JSON.parse(fs.readFileSync(record, 'utf8'));
    const all = Object.entries(packages).every(
      ([name, entry]) => name === '' || entry.optional || present[name]?.version === entry.version,
    );
    return all && fs.existsSync(path.join(root, 'node_modules', '.bin', 'node'));
  } catch {
    return false;
  }
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./types.js').OnProgress} onProgress
 */
async function install(root, env, onProgress) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const doing = step(
    onProgress,
    'npm',
    `Installing npm packages (${Object.keys(packages).length - 1} in the lock file)`,
  );
  try {
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env: withoutOwnNode(root, env),
    });
    doing.done();
  } catch (error) {
    doing.failed('it failed');
    throw new InstallFailed(explain(root, error));
  }
  if (!fs.existsSync(path.join(root, 'node_modules', '.bin', 'node'))) {
    throw new InstallFailed(
      `npm installed no Node 24 for ${platform}: it carries one for linux and macOS, on x64 and arm64.\n` +
        'If optional packages are switched off (`npm config get omit`), switch them on and run this again.',
    );
  }
}

/**
 * `npm ci` replaces node_modules, so it must not itself run with the Node that lies in it.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
function withoutOwnNode(root, env) {
  const own = path.join(root, 'node_modules');
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.startsWith(own));
  return { ...env, PATH: folders.join(path.delimiter), NODE_ENV: 'development' };
}

/** @param {string} root */
function link(root) {
  const target = path.join(root, 'node_modules', '.bin', 'cove');
  const own = path.join('..', '..', 'toolchain', 'cove.js');
  fs.rmSync(target, { force: true });
  fs.symlinkSync(own, target);
}

/**
 * @param {string} root
 * @param {unknown} error
 */
function explain(root, error) {
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') {
    return 'npm was not found on PATH. It comes with Node: install Node 20 or newer with npm, then run this again.';
  }
  const output = error instanceof CommandFailed ? error.output : String(error);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/.test(output)) {
    return (
      `The npm packages could not be downloaded: npm's registry does not answer.\n      ${output}\n` +
      'Check the network (or `npm config get registry` and `npm config get proxy`), then run this again.'
    );
  }
  return `\`npm ci\` failed in ${root}:\n      ${output}\nMend that, then run this again.`;
}
