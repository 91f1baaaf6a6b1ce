import fs from 'node:fs';
import path from 'node:path';
import { root } from '../root.js';
import { runNode } from './processes.js';

/**
 * @typedef {{ name: string, reason?: string }} Skip
 * @typedef {{ suite: string, passed: number, failed: number, skipped: Skip[], seconds: number, slowest: { name: string, seconds: number }[], failures: string[] }} Result
 */

export const suites = ['unit', 'services', 'engine', 'e2e', 'faults'];

/**
 * Runs one vitest project and reads what came of it.
 *
 * @param {string} suite
 * @param {{ env: NodeJS.ProcessEnv, folder: string, filters: string[] }} options
 * @returns {Promise<Result>}
 */
export async function runSuite(suite, { env, folder, filters }) {
  const file = path.join(folder, `${suite}.json`);
  const start = Date.now();
  const { code } = await runNode(
    [
      path.join('node_modules', 'vitest', 'vitest.mjs'),
      ...['run', '--project', suite, '--reporter=default', '--reporter=json'],
      ...(filters.length === 0 ? ['--passWithNoTests'] : []),
      `--outputFile.json=${file}`,
      ...filters,
    ],
    { env, show: true },
  );
  const result = read(suite, file, code);
  return { ...result, seconds: (Date.now() - start) / 1000 };
}

/**
 * @param {string} suite
 * @param {string} file
 * @param {number} code
 * @returns {Result}
 */
function read(suite, file, code) {
  /** @type {Result} */
  const result = { suite, passed: 0, failed: 0, skipped: [], seconds: 0, slowest: [], failures: [] };
  const report = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { testResults: [] };
  for (const { name, status, message, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((/** @type {any} */ test) => test.status === 'failed').length;
    // A file that cannot even be loaded has no test to fail, and counts as one.
    result.failed += status === 'failed' ? Math.max(failed, 1) : failed;
    if (status === 'failed' && failed === 0)
      result.failures.push(`${path.relative(root, name)}: ${firstLine(message)}`);
    for (const test of assertionResults) {
      const full = `${path.relative(root, name)}: ${test.fullName.trim()}`;
      if (test.status === 'passed') result.passed += 1;
      else if (test.status === 'failed')
        result.failures.push(`${full}: ${firstLine(test.failureMessages?.[0])}`);
      else result.skipped.push({ name: full, reason: test.meta?.reason });
      result.slowest.push({ name: full, seconds: (test.duration ?? 0) / 1000 });
    }
  }
  result.slowest = result.slowest.sort((a, b) => b.seconds - a.seconds).slice(0, 3);
  // The global setup failed, or an error escaped every test.
  if (code !== 0 && result.failed === 0) result.failed = 1;
  return result;
}

/** @param {string | undefined} message */
function firstLine(message) {
  return message?.split('\n').find((line) => line.trim() !== '') ?? 'without a word';
}

/**
 * Says again at the end what failed: of a long run often no more than the end is kept.
 *
 * @param {Result} result
 */
export function describe({ suite, passed, failed, skipped, seconds, slowest, failures }) {
  const slow = slowest.filter((test) => test.seconds >= 1);
  const lines = slow.map((test) => `         ${test.seconds.toFixed(1)} s  ${test.name}`);
  const counts = `${passed} passed, ${failed} failed, ${skipped.length} skipped in ${seconds.toFixed(1)} s`;
  const first = `${failed === 0 ? 'ok    ' : 'FAILED'} ${suite}: ${counts}`;
  return [first, ...lines, ...failures.map((failure) => `  failed ${failure}`)].join('\n');
}
