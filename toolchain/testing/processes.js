import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../root.js';

/** The pinned Node, which runs everything that is not toolchain/ itself. */
export const node = path.join(root, 'node_modules', '.bin', 'node');

/**
 * Our environment without what `eval "$(npx cove env)"` may have put there: a test, or a judgement of all configs, must
 * never see somebody's installation.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(env = process.env) {
  const foreign = /^(PULUMI_.*|COVE_(HOME|CONFIG|ROOT|URL|STATE_URL))$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/**
 * Runs a script with the pinned Node to its end.
 *
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, show?: boolean }} options `show`: its output goes to ours instead of being kept
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runNode(args, { env, show = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd: root,
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Ends what a test run left behind: processes that carry its mark in their environment, or that were started on
 * its temporary folder (services clean their environment, but their settings lie there).
 *
 * @param {string} mark
 * @param {string} folder
 * @returns {string[]} their command lines
 */
export function endLeftovers(mark, folder) {
  const ended = [];
  for (const pid of leftovers(mark, folder)) {
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    // Ended already, and about to go.
    if (command === '') continue;
    ended.push(`${pid} ${command}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  return ended;
}

/**
 * @param {string} mark
 * @param {string} folder
 */
function leftovers(mark, folder) {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
    .filter(
      (pid) =>
        read(`/proc/${pid}/environ`).split('\0').includes(`COVE_TEST_RUN=${mark}`) ||
        read(`/proc/${pid}/cmdline`).includes(`${folder}/`),
    );
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
