import { expect, test } from 'vitest';
import { type Worker, workerNamed, workerTable } from '../../../app/cli/workers.ts';

const worker = (name: string, slug: string, more: Partial<Worker> = {}): Worker => ({
  id: `id-${name}-${slug}`,
  name,
  environment: { slug },
  state: 'ready',
  reason: '',
  running: 0,
  last_seen: '2026-01-01T00:00:00.000Z',
  version: '0.2.0',
  by_code: true,
  ...more,
});
const now = Date.parse('2026-01-01T00:00:07.000Z');

test('each worker is a line, with what keeps it from its work', () => {
  const unready = { state: 'unready', reason: 'cannot run containers', running: 2 } as const;
  expect(workerTable([worker('a', 'gpu'), worker('b', 'cpu', { ...unready, last_seen: null })], now)).toEqual(
    [
      'ENVIRONMENT  WORKER  STATE    JOBS  HEARD OF  VERSION',
      'gpu          a       ready    0     7 s ago   0.2.0',
      'cpu          b       unready  2     never     0.2.0    cannot run containers',
    ],
  );
});

test('a name that several have, or nobody, is refused with what to do', () => {
  const workers = [worker('a', 'gpu'), worker('a', 'cpu'), worker('b', 'cpu')];
  expect(workerNamed(workers, 'b')).toBe(workers[2]);
  expect(workerNamed(workers, 'a', 'cpu')).toBe(workers[1]);
  expect(() => workerNamed(workers, 'a')).toThrow('There are 2 workers a, in gpu, cpu.');
  expect(() => workerNamed(workers, 'c', 'gpu')).toThrow('There is no worker c in environment gpu.');
});
