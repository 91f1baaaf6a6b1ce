import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { shared, together } from '../../../app/platform/together.ts';

/** Doubles numbers; odd ones go alone, and with a 13 nothing is done. */
function doubling(atOnce: number) {
  const seen: number[][] = [];
  const call = together({
    atOnce,
    async many(all: readonly number[]) {
      seen.push([...all]);
      await sleep(5);
      if (all.includes(13)) throw new Error('none of these');
      return all.map((n) => (n % 2 === 0 ? n * 2 : undefined));
    },
    async one(n: number) {
      if (n === 13) throw new Error('13 is refused');
      return n * 2;
    },
  });
  return { call, seen };
}

it('lets who comes alone go at once, and who comes meanwhile together', async () => {
  const { call, seen } = doubling(1);
  const first = call(2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([[2]]);
  expect(await Promise.all([first, call(4), call(6), call(5)])).toEqual([4, 8, 12, 10]);
  expect(seen).toEqual([[2], [4, 6, 5]]);
  expect(await call(8)).toBe(16);
});

it('gives each its own answer though one of them spoils it for all', async () => {
  const { call } = doubling(1);
  const answers = await Promise.allSettled([call(2), call(13), call(3)]);
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    4,
    '13 is refused',
    6,
  ]);
});

it('gathers only what comes while as many as may are under way', async () => {
  const { call, seen } = doubling(2);
  const all = [];
  for (const n of [2, 4, 6, 8]) {
    all.push(call(n));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(all)).toEqual([4, 8, 12, 16]);
  expect(seen).toEqual([[2], [4], [6, 8]]);
});

it('shares a look only with who asked before it began', async () => {
  const looks = shared<number>();
  let truth = 0;
  const look = async () => {
    const found = truth;
    await sleep(5);
    return found;
  };
  const early = [looks('a', look), looks('a', look)];
  await new Promise((resolve) => setImmediate(resolve));
  truth = 1;
  const late = [looks('a', look), looks('a', look)];
  expect(late[0]).toBe(late[1]);
  expect(await Promise.all([...early, ...late])).toEqual([0, 0, 1, 1]);
  const failed = [looks('a', () => Promise.reject(new Error('away'))), looks('b', look)];
  expect((await Promise.allSettled(failed)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await looks('a', look)).toBe(1);
});
