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
  if (!mayWrite(root)) {
    if (isInstalled(root)) return;
    throw new InstallFailed(
      `The npm packages in ${root} are missing or out of date, and this user may not write there.\n` +
        'Run this command once as the owner of the folder, or work in a clone of your own.',
    );
  }
  await withLock(
    path.join(root, '.cove', 'install.lock'),
    'installing npm packages',
    async () => {
      if (stampOf(root) === wanted) return;
      // npm may have been run by hand.
      if (!isInstalled(root)) await install(root, env, onProgress);
      linkCove(root);
      fs.writeFileSync(path.join(root, 'node_modules', '.cove-stamp'), wanted);
    },
    (holder) =>
      onProgress({
        program: 'npm',
        message: `npm packages: waiting for process ${holder.pid}, which is installing them`,
        seconds: 0,
      }),
  );
}

/** @param {string} root */
function mayWrite(root) {
  try {
    fs.accessSync(root, fs.constants.W_OK);
    return true;
  } catch {
    return false;
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
 * Whether every package of the lock file lies there in its version, save those of other platforms. npm's own record,
 * which it writes last, must be there too; alone it proves nothing, for npm also writes it without installing.
 *
 * @param {string} root
 */
function isInstalled(root) {
  try {
    fs.accessSync(path.join(root, 'node_modules', '.package-lock.json'));
    fs.accessSync(path.join(root, 'node_modules', '.bin', 'node'));
    const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    return Object.entries(packages).every(([name, { link, version, optional }]) => {
      if (name === '') return true;
      if (link) return fs.existsSync(path.join(root, name));
      const found = versionIn(path.join(root, name));
      return found === version || (found === undefined && optional === true);
    });
  } catch {
    return false;
  }
}

/** @param {string} folder */
function versionIn(folder) {
  try {
    const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    // Some packages write a v before it, which no lock file does.
    return String(version).replace(/^v/, '');
  } catch {
    return undefined;
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
function linkCove(root) {
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
