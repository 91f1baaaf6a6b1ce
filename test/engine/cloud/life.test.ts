/** Every target × every scenario on the real engine; see `scenarios.ts`. `npm run test:engine -- --all` runs them all. */
import { afterAll, describe, it } from 'vitest';
import { FakeStack } from '../../fakes/cloud/with.ts';
import { lacks } from '../../support/machine.ts';
import { scenarios } from './scenarios.ts';
import { type Row, tableOf } from './table.ts';
import { targets } from './targets.ts';

const all = process.env.COVE_TEST_ALL === 'true';
/** A whole life starts the engine a dozen times; beside other work it may take its time. */
const PATIENCE_MS = 10 * 60_000;
const rows: Row[] = [];
afterAll(() => console.log(tableOf(rows)));

describe.each(targets)('$name', (target) => {
  const wanted = scenarios.filter(
    ({ everywhere, variant }) =>
      (variant === undefined || target.programs[variant] !== undefined) &&
      (all || everywhere === true || target === targets[0]),
  );

  const missing = target.needs === undefined ? undefined : lacks(target.needs);

  it.skipIf(missing).each(wanted)(
    '$name',
    async (scenario) => {
      const start = performance.now();
      const behind = await target.open?.();
      const checkpoints = scenario.kills === true;
      const stack = await FakeStack.open({ ...target.cloud, ...behind?.options, checkpoints });
      const row = { target: target.name, scenario: scenario.name, policies: 0, seconds: 0, passed: false };
      rows.push(row);
      try {
        target.prepare(stack.cloud);
        row.policies = await scenario.run(target, stack);
        row.passed = true;
      } finally {
        row.seconds = (performance.now() - start) / 1000;
        await stack.close();
        await behind?.close();
      }
    },
    PATIENCE_MS,
  );
});
