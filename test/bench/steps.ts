/**
 * `npm run bench -- steps`: what an operator does by hand and has to say, per target, from a fresh workstation to a job;
 * beside the vendor's installer. Each step and each value is named.
 */
import { efforts, VENDOR } from '../support/manual-steps.ts';
import { printTable } from './statistics.ts';

const all = efforts();
for (const { target, steps, values } of all) {
  console.log(`\n${target}`);
  steps?.forEach((step, index) => {
    console.log(`  ${index + 1}. ${step}`);
  });
  console.log(`  required: ${values === null ? '-' : values.join(', ') || 'nothing'}`);
}
console.log();
printTable([
  ['target', 'steps', 'required values'],
  ...all.map(({ target, steps, values }) => [target, steps?.length ?? '-', values?.length ?? '-']),
  ['vendor (AWS)', VENDOR.steps, VENDOR.values],
]);
for (const { target, steps, values } of all) {
  if ((values?.length ?? 0) > 10)
    console.log(`MISSED: ${target} needs ${values?.length} values, the goal is 10`);
  if ((steps?.length ?? 0) >= VENDOR.steps) console.log(`MISSED: ${target} needs ${steps?.length} steps`);
}
