import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reportDetail, summary } from '../../../app/worker/detail.ts';

let told: string[];
const api = {
  status: async (message: string) => {
    told.push(message);
  },
};
beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a short wait is not told at all', async () => {
  const detail = reportDetail(api);
  detail.say('image', 'Image x', {});
  await vi.advanceTimersByTimeAsync(500);
  detail.over();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
});

test('a long one is told, with the latest line, and taken back at its end', async () => {
  const detail = reportDetail(api);
  detail.say('image', 'Pulling image x', {});
  await vi.advanceTimersByTimeAsync(4_000);
  detail.say('image', 'Pulling image x: 1 of 3 layers', {});
  await vi.advanceTimersByTimeAsync(2_000);
  detail.over();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['Pulling image x', 'Pulling image x: 1 of 3 layers', '']);
});

test('what is done is not waited for any more', async () => {
  const detail = reportDetail(api);
  detail.say('image', 'Pulling image x', {});
  detail.say('inputs', 'Downloading inputs', { bytes_done: 1 });
  await vi.advanceTimersByTimeAsync(2_000);
  detail.done('inputs');
  await vi.advanceTimersByTimeAsync(2_000);
  detail.over();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['Downloading inputs; Pulling image x', 'Pulling image x', '']);
});

test('side by side, what takes longest is told first; how long all takes, where all say so', () => {
  const fast = { bytes_done: 1, bytes_per_second: 1, seconds_left: 5 };
  const slow = { ...fast, seconds_left: 70 };
  const stuck = { bytes_done: 1, bytes_per_second: 0 };
  const of = (image: Record<string, number>, inputs: Record<string, number>) =>
    summary(
      new Map([
        ['image', { message: 'image', numbers: image }],
        ['inputs', { message: 'inputs', numbers: inputs }],
      ]),
    );
  const inputsFirst = { message: 'inputs; image', phase: 'inputs' };
  expect(of(fast, slow)).toEqual({ ...inputsFirst, progress: { numbers: slow, estimate: 70 } });
  expect(of(slow, stuck)).toEqual({ ...inputsFirst, progress: { numbers: stuck, estimate: null } });
  expect(of({}, fast)).toEqual({ ...inputsFirst, progress: { numbers: fast, estimate: null } });
  expect(summary(new Map())).toEqual({ message: '', phase: null, progress: null });
});
