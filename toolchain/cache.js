import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { platform } from './pins.js';

/**
 * The folder for programs and whatever else is dear to make and may be deleted at any time.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  return path.resolve(env.COVE_CACHE ?? path.join(env.HOME || os.homedir(), '.cache', 'cove'));
}

/**
 * Where a program lies in the cache, whether or not it is there.
 *
 * @param {import('./types.js').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 */
export function cachedFile(pin, env) {
  return path.join(cacheFolder(env), `${pin.name}-${pin.version}-${platform}`, pin.file);
}

/**
 * Makes a folder of the cache: `make` fills a temporary one, which then takes its place in one step.
 * What an interrupted run left behind is cleared away; the caller holds the lock of this folder.
 *
 * @param {string} target
 * @param {(folder: string) => Promise<void>} make
 */
export async function fill(target, make) {
  const temporary = path.join(path.dirname(target), 'tmp');
  const mine = path.join(temporary, path.basename(target));
  fs.rmSync(mine, { recursive: true, force: true });
  fs.mkdirSync(mine, { recursive: true });
  try {
    await make(mine);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(mine, target);
  } finally {
    fs.rmSync(mine, { recursive: true, force: true });
  }
}
