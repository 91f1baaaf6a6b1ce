/**
 * `npm run faults -- [--rounds 100] [--only 1,3] [--lanes 6]`: plays each trial so often and prints what came of it. Trials
 * that hurt a worker alone are played several at a time, each in an environment of its own.
 */
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { median, percentile, printTable } from '../bench/statistics.ts';
import { breakable } from '../support/breakable.ts';
import { merge, type Verdict, verdict } from '../support/judgement.ts';
import { lacks } from '../support/machine.ts';
import { TRIALS } from './trials/index.ts';
import type { Trial } from './trials/trial.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    lanes: { type: 'string', default: '6' },
  },
});
const [rounds, width] = [Number(values.rounds), Number(values.lanes)];
const only = values.only === '' ? null : values.only.split(',').map(Number);
if (![rounds, width, ...(only ?? [])].every((n) => Number.isSafeInteger(n) && n >= 1)) {
  console.error(
    `--rounds ${values.rounds} --only ${values.only} --lanes ${values.lanes}: whole numbers from 1 on are needed.`,
  );
  process.exit(2);
}
const wanted = TRIALS.filter(({ number }) => only === null || only.includes(number));
if (wanted.length === 0) {
  console.error(
    `No trial has number ${values.only}; there are ${[...new Set(TRIALS.map((t) => t.number))].join(', ')}.`,
  );
  process.exit(2);
}

const roundsOf = ({ once }: Trial) => (once === true ? 1 : rounds);

/** So many rounds, on a platform of its own: one that was hurt for good must not fail the trials that follow. */
async function playRounds(trial: Trial): Promise<Verdict & { seconds: number }> {
  const began = performance.now();
  const mostRounds = roundsOf(trial);
  const side = trial.alone === true || trial.number === 12 ? 1 : Math.min(width, mostRounds);
  const at = await breakable({
    lanes: Array.from({ length: side }, () => trial.lane ?? {}),
    everywhere: true,
    store: trial.store ?? 'fs',
  });
  const found = verdict();
  let round = 0;
  const play = async (lane: (typeof at.lanes)[number]) => {
    while (round < mostRounds) {
      const mine = ++round;
      const one = await trial.play(at, lane).catch((error: Error) => ({
        ...verdict(),
        wrong: [`round ${mine} broke off: ${error.message.split('\n')[0]}`],
      }));
      for (const worker of lane.workers) await worker.end();
      for (const words of [one.lost, one.doubled, one.wrong].flat()) console.log(`  round ${mine}: ${words}`);
      Object.assign(found, merge([found, one]));
    }
  };
  try {
    await Promise.all(at.lanes.map(play));
  } finally {
    await at.close();
  }
  return { ...found, seconds: (performance.now() - began) / 1000 };
}

const table: (string | number)[][] = [
  ['', 'trials', 'lost', 'doubled', 'wrong', 'noticed s, median / p99', 'took s', 'fault'],
];
let failed = 0;
for (const trial of wanted) {
  const missing = (trial.needs ?? []).map((need) => lacks(need)).find((reason) => reason !== undefined);
  if (missing !== undefined) {
    console.log(`${trial.number}: not on this machine: ${missing}`);
    continue;
  }
  console.log(`${trial.number}: ${trial.title}`);
  const { lost, doubled, wrong, noticed, seconds } = await playRounds(trial);
  failed += lost.length + doubled.length + wrong.length + noticed.filter((s) => s > 15).length;
  const times =
    noticed.length === 0 ? '' : `${median(noticed).toFixed(1)} / ${percentile(noticed, 0.99).toFixed(1)}`;
  table.push([
    trial.number,
    roundsOf(trial),
    lost.length,
    doubled.length,
    wrong.length,
    times,
    seconds.toFixed(0),
    trial.title,
  ]);
}
console.log(`\n${machine()}`);
printTable(table);
process.exit(failed === 0 ? 0 : 1);
