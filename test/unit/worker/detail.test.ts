import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reportDetail } from '../../../app/worker/detail.ts';

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
  detail.say('image', 'Image x');
  await vi.advanceTimersByTimeAsync(500);
  detail.over();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
});

test('a long one is told, with the latest line, and taken back at its end', async () => {
  const detail = reportDetail(api);
  detail.say('image', 'Pulling image x');
  await vi.advanceTimersByTimeAsync(4_000);
  detail.say('image', 'Pulling image x: 1 of 3 layers');
  await vi.advanceTimersByTimeAsync(2_000);
  detail.over();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['Pulling image x', 'Pulling image x: 1 of 3 layers', '']);
});
