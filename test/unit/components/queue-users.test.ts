import { expect, test } from 'vitest';
import * as own from '../../../app/platform/redis-users.ts';
import * as managed from '../../../components/queue-users.ts';

test('users that a cloud makes may do what those may that the application makes', () => {
  const sorted = (rules: readonly string[]) => [...rules].sort();
  for (const service of ['api', 'scheduler'] as const) {
    expect(sorted(managed.SERVICE_RULES[service])).toEqual(sorted(own.SERVICE_RULES[service]));
  }
  expect(sorted(managed.workerRules('gpu-large'))).toEqual(sorted(own.workerRules('gpu-large')));
  expect(managed.workerUser('gpu-large')).toBe(own.workerUser('gpu-large'));
});

test('an access string allows what is listed and nothing else', () => {
  expect(managed.accessString(managed.workerRules('a'))).toBe(
    'on resetchannels -@all ~cove:a:* &cove:a:* +ping +rpush +blpop +xadd +subscribe +unsubscribe',
  );
  expect(() => managed.workerRules('*')).toThrow(/not an environment's slug/);
});
