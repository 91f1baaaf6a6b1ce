/**
 * `npm run bench -- install`: from `git clone` to the first finished job, split by phase, with nothing in any cache and
 * with everything there; then how long `up` again takes (goal: 10 s), memory and disk of the idle installation. `--warm`
 * leaves out the cold round, which may take ten minutes where Pulumi has to be built.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Installation, planInstallation, ROOT } from '../support/installation.ts';
import { diskUse, machine, memoryByService } from './machine.ts';
import { printTable } from './statistics.ts';

/** A phase begins with the first line that looks so. */
const PHASES: [string, RegExp][] = [
  ['npm packages', /Installing npm packages/],
  ['machine', /^Looking at this machine \.\.\./],
  ['programs', /^Getting programs \.\.\./],
  ['web application', /^Web application \.\.\./],
  ['installation', /^Installation ".*" \.\.\./],
  ['first job', /^(creating project|fetching )/],
];
const SETTLED_MS = 15_000;

interface Round {
  phases: Map<string, number>;
  total: number;
}

async function run(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${tail}`);
}

/** One stranger: a fresh clone, an own HOME, one command. */
async function stranger(
  home: string,
  at: Installation,
): Promise<{ round: Round; clone: string; env: NodeJS.ProcessEnv }> {
  const env = { ...process.env, HOME: home, COVE_HOME: at.home, COVE_CACHE: join(home, 'cache') };
  const clone = await mkdtemp(join(tmpdir(), 'cove-clone-'));
  const start = performance.now();
  let current = 'clone';
  let since = start;
  const phases = new Map<string, number>();
  const close = () => {
    phases.set(current, (phases.get(current) ?? 0) + (performance.now() - since) / 1000);
    since = performance.now();
  };
  await run('git', ['clone', '--quiet', ROOT, clone], tmpdir(), env, () => {});
  await run('npm', ['run', 'up', '--', '--config', at.configFile], clone, env, (line) => {
    const phase = PHASES.find(([, pattern]) => pattern.test(line))?.[0];
    if (phase === undefined || phase === current || phases.has(phase)) return;
    close();
    current = phase;
  });
  close();
  return { round: { phases, total: (performance.now() - start) / 1000 }, clone, env };
}

const home = await mkdtemp(join(tmpdir(), 'cove-home-'));
const rounds: [string, Round][] = [];
let again = 0;
console.log(machine());
for (const cache of process.argv.includes('--warm') ? ['fill', 'warm'] : ['cold', 'warm']) {
  const at = await planInstallation('bench');
  const { round, clone, env } = await stranger(home, at);
  if (cache !== 'fill') rounds.push([cache, round]);
  if (cache === 'warm') {
    const start = performance.now();
    await run('npm', ['run', 'up', '--', '--config', at.configFile], clone, env, () => {});
    again = (performance.now() - start) / 1000;
    await describe(at, clone, home);
  }
  const purge = ['cove', 'destroy', '--yes', '--purge', 'bench', '--config', at.configFile];
  await run('npx', purge, clone, env, () => {});
  for (const folder of [clone, at.home]) await rm(folder, { recursive: true, force: true });
}
await rm(home, { recursive: true, force: true });

const names = ['clone', ...PHASES.map(([name]) => name)];
printTable([
  ['seconds', ...rounds.map(([cache]) => `${cache} cache`)],
  ...names.map((name) => [name, ...rounds.map(([, { phases }]) => (phases.get(name) ?? 0).toFixed(1))]),
  ['total', ...rounds.map(([, { total }]) => total.toFixed(1))],
]);
console.log(`up again: ${again.toFixed(1)} s`);
if (again > 10) console.log('MISSED: the goal of `up` again is 10 s');

async function describe(at: Installation, clone: string, ownHome: string): Promise<void> {
  // Start-up allocations are given back after a while; idle is what stays.
  await delay(SETTLED_MS);
  const memory = [...memoryByService(at)].sort((a, b) => b[1] - a[1]);
  const sum = memory.reduce((total, [, bytes]) => total + bytes, 0);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  printTable([
    ['idle memory (PSS)', 'MB'],
    ...memory.map(([name, bytes]) => [name, megabytes(bytes)]),
    ['all', megabytes(sum)],
  ]);
  printTable([
    ['disk', 'MB'],
    ['installation', megabytes(diskUse(join(at.home, at.name)))],
    ['node_modules', megabytes(diskUse(join(clone, 'node_modules')))],
    ['programs', megabytes(diskUse(join(ownHome, 'cache')))],
  ]);
  if (sum > 600e6) console.log(`MISSED: idle memory is ${megabytes(sum)} MB, the goal is 600`);
}
