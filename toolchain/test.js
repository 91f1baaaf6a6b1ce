/**
 * What `npm test` runs. Alone: everything, on a machine that has nothing yet.
 *
 *     node toolchain/test.js                                           gates, then all suites
 *     node toolchain/test.js check                                     gates and unit tests
 *     node toolchain/test.js unit|services|engine|e2e|faults [FILTER]  one suite
 *     node toolchain/test.js boot                                      whole machines; not among "all suites"
 *     node toolchain/test.js cluster                                   a cluster with a node; not among "all suites"
 *     node toolchain/test.js bench NAME [ARGUMENT…]                    test/bench/NAME.ts
 *     node toolchain/test.js sim [ARGUMENT…]                           test/sim/main.ts: many simulated installations
 *     node toolchain/test.js trials [ARGUMENT…]                        test/faults/main.ts: each numbered fault many times
 *     node toolchain/test.js engine --all                     every target × every scenario
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { prepare } from './prepare.js';
import { ensure } from './programs.js';
import { root } from './root.js';
import { runGates } from './testing/gates.js';
import { cleanEnvironment, endLeftovers, node, runNode } from './testing/processes.js';
import { describe, runSuite, suites } from './testing/suites.js';

/** @typedef {import('./testing/suites.js').Result} Result */

const [what = 'all', ...given] = process.argv.slice(2);
/** Programs that play something at length, and take what is given as it is. @type {Record<string, string>} */
const players = { sim: 'test/sim/main.ts', trials: 'test/faults/main.ts' };
const isProgram = what === 'bench' || Object.hasOwn(players, what);
const rest = given.filter((word) => isProgram || word !== '--all');
const plans = {
  all: { gates: true, suites, setup: true },
  check: { gates: true, suites: ['unit'], setup: false },
  unit: { gates: false, suites: ['unit'], setup: false },
  services: { gates: false, suites: ['services'], setup: false },
  engine: { gates: false, suites: ['engine'], setup: false },
  e2e: { gates: false, suites: ['e2e'], setup: true },
  faults: { gates: false, suites: ['faults'], setup: true },
  boot: { gates: false, suites: ['boot'], setup: true },
  cluster: { gates: false, suites: ['cluster'], setup: true },
  bench: { gates: false, suites: [], setup: true },
  sim: { gates: false, suites: [], setup: false },
  trials: { gates: false, suites: [], setup: true },
};
if (!Object.hasOwn(plans, what)) {
  console.error(`There is no "${what}". Choose one of ${Object.keys(plans).join(', ')}.`);
  process.exit(2);
}
const plan = plans[/** @type {keyof typeof plans} */ (what)];

const mark = randomUUID();
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cove-test-')));
// Tests that play another user need room in it, as in /tmp.
fs.chmodSync(folder, 0o1777);
const artifacts = process.env.COVE_TEST_ARTIFACTS ?? path.join(root, '.cove', 'artifacts');
/** @type {NodeJS.ProcessEnv} */
const env = { ...cleanEnvironment(), COVE_TEST_RUN: mark, COVE_TEST_ARTIFACTS: artifacts, TMPDIR: folder };
if (rest.length < given.length) env.COVE_TEST_ALL = 'true';
if (what === 'check') env.COVE_TEST_QUICK = 'true';
if (!process.stdout.isTTY) env.NO_COLOR = '1';
let isEnding = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, async () => {
    isEnding = true;
    await cleanUp();
    process.exit(130);
  });
}

process.exitCode = 1;
try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code !== 'install_failed' && code !== 'program_missing') throw error;
  console.error(message);
} finally {
  await cleanUp();
}

/** Before each step: what was under way ends with the signal, and nothing follows it while the rest is cleaned up. */
async function unlessEnding() {
  if (isEnding) await new Promise(() => {});
}

async function main() {
  const start = Date.now();
  // These need no npm package; the engine, which may have to be built, is what a fresh machine waits for longest.
  const early = plan.setup ? programs('pulumi', 'bao', 'redis-server') : undefined;
  // It is awaited below, and fails there.
  early?.catch(() => {});
  await prepare();
  await unlessEnding();
  fs.rmSync(artifacts, { recursive: true, force: true });
  const gates = plan.gates ? runGates(env) : Promise.resolve([]);
  const setupDone = early ? await setUp(early) : undefined;
  if (setupDone) Object.assign(env, setupDone.env);
  await unlessEnding();
  const player = players[what];
  if (player !== undefined) return (await runNode([player, ...rest], { env, show: true })).code;
  if (what === 'bench') {
    const [name = '', ...args] = rest;
    const script = path.join('test', 'bench', `${name}.ts`);
    if (fs.existsSync(path.join(root, script)))
      return (await runNode([script, ...args], { env, show: true })).code;
    const known = fs.readdirSync(path.join(root, 'test', 'bench')).filter((file) => file.endsWith('.ts'));
    console.error(
      `There is no benchmark "${name}". Choose one of ${known.map((file) => file.slice(0, -3)).join(', ')}.`,
    );
    return 2;
  }
  /** @type {Result[]} */
  const results = [];
  for (const suite of plan.suites) {
    results.push(await runSuite(suite, { env, folder, filters: rest }));
    await unlessEnding();
  }
  const failedGates = await gates;
  if (results.length > 1) console.log(`\nall of it in ${((Date.now() - start) / 60_000).toFixed(1)} minutes`);
  return summarize(failedGates, results, setupDone?.missing ?? {});
}

/** @param {('pulumi' | 'bao' | 'redis-server' | 'postgres')[]} names */
function programs(...names) {
  return Promise.all(names.map((name) => ensure(name)));
}

/**
 * Gets what only tests need, while the programs are still on their way: those compute, this waits for others.
 *
 * @param {Promise<unknown>} early
 */
async function setUp(early) {
  const file = path.join(folder, 'setup.json');
  const [{ code }] = await Promise.all([
    runNode([path.join('test', 'setup', 'main.ts'), 'start', String(process.pid), file], { env, show: true }),
    early,
    programs('postgres'),
  ]);
  if (code !== 0) throw new Error('the setup of the tests broke off; its words are above');
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * @param {string[]} failedGates
 * @param {Result[]} results
 * @param {Record<string, string>} missing
 */
function summarize(failedGates, results, missing) {
  console.log('');
  for (const result of results) console.log(describe(result));
  const sum = { passed: 0, failed: failedGates.length, skipped: 0 };
  for (const { passed, failed, skipped } of results) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped.length;
  }
  for (const name of failedGates) console.log(`FAILED ${name}`);
  for (const reason of Object.values(missing)) console.log(`not on this machine: ${reason}`);
  const forbidden = skips(results);
  if (sum.failed > 0 && fs.existsSync(artifacts))
    console.log(`Logs and pictures of what failed: ${artifacts}`);
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed > 0 || forbidden ? 1 : 0;
}

/**
 * Lists skipped tests. On a machine that can have all that tests need, one that is not excepted by name is a failure.
 *
 * @param {Result[]} results
 */
function skips(results) {
  const file = path.join(root, 'test', 'setup', 'may-skip.json');
  /** @type {Record<string, string>} */
  const excepted = JSON.parse(fs.readFileSync(file, 'utf8'));
  const strict = plan.setup && process.getuid?.() === 0 && fs.existsSync('/etc/debian_version');
  let forbidden = false;
  for (const { name, reason } of results.flatMap((result) => result.skipped)) {
    const fails = strict && !(name in excepted);
    forbidden ||= fails;
    console.log(
      `skipped${fails ? ', and none may be here' : ''}: ${name}${(reason ?? excepted[name]) ? ` (${reason ?? excepted[name]})` : ''}`,
    );
  }
  return forbidden;
}

async function cleanUp() {
  // What one of them started while we looked is found by the next look.
  for (let looks = 0, ended = ['']; ended.length > 0 && looks < 5; looks++) {
    ended = endLeftovers(mark, folder);
    for (const line of ended) console.error(`ended a leftover: ${line}`);
  }
  if (plan.setup && fs.existsSync(node)) {
    const stop = [path.join('test', 'setup', 'main.ts'), 'stop', String(process.pid), folder];
    await runNode(stop, { env: { ...process.env, DOCKER_HOST: env.DOCKER_HOST } });
  }
  fs.rmSync(folder, { recursive: true, force: true });
}
