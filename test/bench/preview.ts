/**
 * `npm run bench -- preview [--rounds 3] [--only TARGET]`: seconds and memory of a preview of each target's stack on the
 * real engine over the fake cloud, against a program that makes as many passwords and nothing else, in turns; then with
 * 1, 10 and 50 environments.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../toolchain/cache.js';
import { targets } from '../engine/cloud/targets.ts';
import { machine } from './machine.ts';
import type { Once } from './preview-once.ts';
import { median, printTable } from './statistics.ts';

const GOAL = 1.3;
const ENVIRONMENTS = [1, 10, 50];
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const rounds = Number(option('rounds') ?? 3);
const only = option('only');

async function once(name: string, count: number): Promise<Once> {
  const script = join(import.meta.dirname, 'preview-once.ts');
  // As the command line does, which keeps what it has compiled.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(), 'node') };
  const { stdout } = await promisify(execFile)(process.execPath, [script, name, String(count)], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Once;
}

const of = (sample: Once[], pick: (one: Once) => number) => median(sample.map(pick));
const shown = (sample: Once[]) => [
  of(sample, ({ resources }) => resources),
  of(sample, ({ seconds }) => seconds[0]).toFixed(1),
  of(sample, ({ seconds }) => seconds[1]).toFixed(1),
  of(sample, ({ cpu }) => cpu[0]).toFixed(1),
  of(sample, ({ cpu }) => cpu[1]).toFixed(1),
  (of(sample, ({ engine }) => engine) / 1e6).toFixed(0),
  (of(sample, ({ program }) => program) / 1e6).toFixed(0),
];

console.log(machine());
for (const { name } of targets.filter((one) => one.environments && (only ?? one.name) === one.name)) {
  const rows: (string | number)[][] = [
    ['program', 'resources', 'first s', 'again s', 'first cpu s', 'again cpu s', 'engine MB', 'program MB'],
  ];
  for (const count of ENVIRONMENTS) {
    const cove: Once[] = [];
    const plain: Once[] = [];
    for (let round = 0; round < rounds; round++) {
      cove.push(await once(name, count));
      plain.push(await once('plain', cove[0]!.resources));
    }
    rows.push([`${name}, environments: ${count}`, ...shown(cove)], ['as many passwords', ...shown(plain)]);
    for (const [what, at] of [
      ['first', 0],
      ['again', 1],
    ] as const) {
      const ratio = of(cove, ({ seconds }) => seconds[at]) / of(plain, ({ seconds }) => seconds[at]);
      const missed = ratio > GOAL ? `   MISSED: the goal is ${GOAL}` : '';
      console.log(`${name}, environments: ${count}: ${what} ${ratio.toFixed(2)} times as long${missed}`);
    }
  }
  printTable(rows);
}
