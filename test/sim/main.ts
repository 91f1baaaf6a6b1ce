/** `npm run sim -- [--seeds 1000] [--first 0]`: plays seeds, and tells the history of the first one that breaks a promise. */
import { parseArgs } from 'node:util';
import { playSeed, SCENES } from './play.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, first: { type: 'string', default: '0' } },
});
const [seeds, first] = [Number(values.seeds), Number(values.first)];
if (!Number.isSafeInteger(seeds) || !Number.isSafeInteger(first) || seeds < 1 || first < 0) {
  console.error(
    `--seeds ${values.seeds} --first ${values.first}: both must be whole numbers, seeds at least 1.`,
  );
  process.exit(2);
}

const begun = performance.now();
const ends = new Map<string, number>();
let [deaths, slowest] = [0, 0];
for (let seed = first; seed < first + seeds; seed++) {
  try {
    const played = await playSeed(seed);
    for (const [status, count] of played.ends) ends.set(status, (ends.get(status) ?? 0) + count);
    deaths += played.noticed.length;
    slowest = Math.max(slowest, ...played.noticed);
  } catch (error) {
    console.error(`${(error as Error).message}\nAgain: npm run sim -- --seeds 1 --first ${seed}`);
    process.exit(1);
  }
  if ((seed - first + 1) % 1000 === 0) console.log(`${seed - first + 1} seeds`);
}
const seconds = ((performance.now() - begun) / 1000).toFixed(0);
console.log(
  `${seeds} seeds from ${first} in ${SCENES.length} weathers each: every promise held, in ${seconds} s`,
);
console.log(`executions: ${[...ends].map(([status, count]) => `${count} ${status}`).join(', ')}`);
console.log(`${deaths} runs lost with their workers, each noticed within ${slowest.toFixed(1)} s`);
