import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renewing } from '../../../app/platform/assume-role.ts';

const HOUR = 3_600_000;
let asked: number;
let isAway: boolean;
/** Lives for an hour; named by how many came before. */
const ask = async () => {
  asked++;
  if (isAway) throw new Error('STS is away');
  const expiration = new Date(Date.now() + HOUR);
  return { accessKeyId: String(asked), secretAccessKey: 's', sessionToken: 't', expiration };
};
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  asked = 0;
  isAway = false;
});
afterEach(() => {
  vi.useRealTimers();
});

test('credentials of a role are asked for again at half of their life, once for all who want them', async () => {
  const credentials = renewing(ask);
  const names = async () => (await Promise.all([credentials(), credentials()])).map((c) => c.accessKeyId);
  expect(await names()).toEqual(['1', '1']);
  vi.setSystemTime(HOUR / 2 - 1);
  expect(await names()).toEqual(['1', '1']);
  vi.setSystemTime(HOUR / 2);
  expect(await names()).toEqual(['2', '2']);
});

test('while STS is away they serve until their end, and no longer', async () => {
  const credentials = renewing(ask);
  await credentials();
  isAway = true;
  vi.setSystemTime(HOUR - 1);
  expect((await credentials()).accessKeyId).toBe('1');
  vi.setSystemTime(HOUR);
  await expect(credentials()).rejects.toThrow('STS is away');
  isAway = false;
  expect((await credentials()).accessKeyId).toBe('4');
});
