import { expect, test } from 'vitest';
import { consoleProgress, progressLine } from '../../../toolchain/progress.js';

function told(isTTY: boolean) {
  let text = '';
  const tell = consoleProgress({ isTTY, columns: 60, write: (more: string) => (text += more) });
  return { tell, text: () => text };
}
const step = { program: 'bao', message: 'OpenBao: downloading', seconds: 2.04 };

test('a line says how far a step is, how it ended, or why it failed', () => {
  expect(progressLine({ ...step, bytes: 5_000_000, total: 75_000_000 })).toBe(
    'OpenBao: downloading (5.0 MB of 75 MB, 2.0 s)',
  );
  expect(progressLine({ ...step, detail: '3 of about 9', seconds: 71 })).toBe(
    'OpenBao: downloading (3 of about 9, 71 s)',
  );
  expect(progressLine({ ...step, bytes: 75_000_000, total: 75_000_000, done: true })).toBe(
    'OpenBao: downloading: done (75 MB, 2.0 s)',
  );
  expect(progressLine({ ...step, done: true, failed: 'no network\nand more' })).toBe(
    'OpenBao: downloading: no network',
  );
});

test('without a terminal each step is one line at its start and one at its end, two programs at once too', () => {
  const { tell, text } = told(false);
  const other = { program: 'pulumi', message: 'Pulumi: building', seconds: 1 };
  for (const event of [step, other, step, other, { ...step, bytes: 1 }]) tell(event);
  tell({ ...other, done: true });
  tell({ ...step, done: true });
  expect(text().split('\n')).toEqual([
    'OpenBao: downloading …',
    'Pulumi: building …',
    'Pulumi: building: done (1.0 s)',
    'OpenBao: downloading: done (2.0 s)',
    '',
  ]);
});

test('on a terminal a line that would wrap is cut', () => {
  const { tell, text } = told(true);
  tell({ ...step, message: 'x'.repeat(200) });
  expect(text()).toBe(`\r\u001b[K${'x'.repeat(59)}`);
});
