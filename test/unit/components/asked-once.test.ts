import { expect, test } from 'vitest';
import { askedOnce } from '../../../components/asked-once.ts';

test('what is asked twice of one stack is asked once; another stack, or another question, is asked for itself', () => {
  const asked: string[] = [];
  const image = askedOnce<string>();
  const [one, other] = [{}, {}];
  const ask = (site: object, key: string) =>
    image(site, key, () => {
      asked.push(key);
      return `newest ${key}`;
    });
  expect([ask(one, 'plain'), ask(one, 'plain'), ask(one, 'gpu'), ask(other, 'plain')]).toEqual([
    'newest plain',
    'newest plain',
    'newest gpu',
    'newest plain',
  ]);
  expect(asked).toEqual(['plain', 'gpu', 'plain']);
});
