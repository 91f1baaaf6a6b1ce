import fs from 'node:fs';
import path from 'node:path';
import { run } from '../run.js';
import { compareVersions } from '../versions.js';

/** @typedef {import('../types.js').Pin} Pin */

/**
 * The first program on PATH that is new enough, or the reasons why none is.
 *
 * @param {Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ file?: string, reasons: string[] }>}
 */
export async function onPath(pin, env) {
  const reasons = [];
  for (const file of candidates(pin.commands, env.PATH ?? '')) {
    const reason = loneliness(pin, file) ?? (await shortcoming(pin, file, env));
    if (!reason) return { file, reasons };
    reasons.push(`PATH: ${file} ${reason}`);
  }
  if (reasons.length === 0) reasons.push(`PATH: no ${pin.commands.join(' or ')}`);
  return { reasons };
}

/**
 * @param {Pin} pin
 * @param {string} file
 */
function loneliness({ companion }, file) {
  if (companion === undefined || isExecutable(path.join(path.dirname(fs.realpathSync(file)), companion)))
    return undefined;
  return `has no ${companion} beside it`;
}

/**
 * Why an executable will not do; undefined when it will.
 *
 * @param {Pin} pin
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 */
export async function shortcoming(pin, file, env) {
  let answer;
  try {
    answer = await run(file, pin.ask, { env, timeout: 20_000, both: true });
  } catch (error) {
    return `does not run here (${/** @type {Error} */ (error).message})`;
  }
  const version = pin.answer.exec(answer)?.[1];
  if (!version) return 'does not tell its version';
  if (compareVersions(version, pin.minimum) < 0) return `is ${version}; ${pin.minimum} or newer is needed`;
  return undefined;
}

/**
 * @param {string[]} commands
 * @param {string} searchPath
 */
function candidates(commands, searchPath) {
  const folders = [...new Set(searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder)))];
  return folders
    .flatMap((folder) => commands.map((command) => path.join(folder, command)))
    .filter(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
