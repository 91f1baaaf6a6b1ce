import { expect, test } from 'vitest';
import { JobFailure } from '../../../app/worker/executors/executor.ts';
import { outcomeOf, outcomeOfFailure, withMissingOutputs } from '../../../app/worker/outcome.ts';
import { backOff } from '../../../app/worker/retry.ts';

const exit = (code: number, more = {}) => ({ code, outOfMemory: false, ...more });

test('how a command ended', () => {
  expect(outcomeOf(exit(0), null)).toMatchObject({ status: 'complete', exitCode: 0 });
  expect(outcomeOf(exit(3), null)).toMatchObject({
    status: 'error',
    reason: 'The command exited with code 3',
  });
  expect(outcomeOf(exit(137, { outOfMemory: true }), null)).toMatchObject({
    status: 'error',
    reason: expect.stringContaining('Out of memory'),
  });
  expect(outcomeOf(exit(137), null).reason).toMatch(/code 137: it was killed, probably .*out of memory/);
  expect(outcomeOf(exit(137, { lost: 'engine gone' }), null)).toMatchObject({
    status: 'crashed',
    exitCode: 137,
  });
});
test('who asked for its end decides, not the code it died with', () => {
  expect(outcomeOf(exit(143), { kind: 'stop' })).toMatchObject({ status: 'stopped', exitCode: 143 });
  expect(outcomeOf(null, { kind: 'stop' })).toMatchObject({ status: 'stopped', exitCode: null });
  expect(outcomeOf(exit(143), { kind: 'time_limit', seconds: 5 })).toMatchObject({ status: 'error' });
  expect(outcomeOf(exit(143), { kind: 'shutdown' })).toMatchObject({ status: 'crashed' });
});
test('whose fault a failure is', () => {
  expect(outcomeOfFailure(new JobFailure('job', 'no such image x'))).toMatchObject({ status: 'error' });
  expect(outcomeOfFailure(new JobFailure('platform', 'disk'))).toMatchObject({ status: 'crashed' });
  expect(outcomeOfFailure(new Error('what'))).toMatchObject({ status: 'crashed', reason: 'what' });
});
test('a run whose outputs are missing is never complete', () => {
  const done = outcomeOf(exit(0), null);
  expect(withMissingOutputs(done, [])).toBe(done);
  expect(withMissingOutputs(done, ['a: gone'])).toMatchObject({
    status: 'crashed',
    reason: expect.stringContaining('a: gone'),
  });
  expect(withMissingOutputs(outcomeOf(exit(2), null), ['a', 'b'])).toMatchObject({ status: 'error' });
});
test('pauses grow up to their bound, never beyond', () => {
  expect([1, 2, 3, 20].map((n) => backOff(n, 100, 1000, () => 1))).toEqual([100, 200, 400, 1000]);
  expect(backOff(1, 100, 1000, () => 0)).toBe(50);
});
