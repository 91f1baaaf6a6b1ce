import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describe as holder, startTime, withLock } from '../../../toolchain/lock.js';
import { process_, toolchain } from './machinery.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(folder, 'a.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it is held while the work goes on, and nothing is left', async () => {
  await withLock(file, 'testing', async () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, what: 'testing' });
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('it is given back when the work fails', async () => {
  await expect(withLock(file, 'failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('a living holder is waited for, and named', async () => {
  let release = () => {};
  const first = withLock(file, 'the first', () => new Promise<void>((resolve) => (release = resolve)));
  const order: string[] = [];
  const second = withLock(
    file,
    'the second',
    async () => order.push('second'),
    ({ pid, what }) => {
      order.push(`waits for ${what} of ${pid}`);
      release();
    },
  );
  await Promise.all([first, second]);
  expect(order).toEqual([`waits for the first of ${process.pid}`, 'second']);
});

test('a killed holder is replaced', async () => {
  const other = process_(
    `import { withLock } from ${JSON.stringify(join(toolchain, 'lock.js'))};
     await withLock(${JSON.stringify(file)}, 'dying', async () => { console.log('held'); await new Promise((r) => setTimeout(r, 1e6)); });`,
  );
  await other.said('held');
  other.child.kill('SIGKILL');
  await other.ended;
  expect(await withLock(file, 'after', async () => 'done')).toBe('done');
});

test('a pid that is another process by now holds nothing', async () => {
  writeFileSync(file, JSON.stringify({ ...holder('old'), started: 'another time' }));
  expect(await withLock(file, 'after', async () => 'done')).toBe('done');
});

test('a guard whose holder died while taking over is replaced too', async () => {
  const dead = { ...holder('dead'), started: 'another time' };
  writeFileSync(file, JSON.stringify(dead));
  writeFileSync(`${file}.${dead.id}`, JSON.stringify({ ...holder('dead too'), started: 'another time' }));
  expect(await withLock(file, 'after', async () => 'done')).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

test("another host's holder counts as dead once it is silent", async () => {
  writeFileSync(file, JSON.stringify({ ...holder('far'), host: 'elsewhere', started: '1' }));
  const past = new Date(Date.now() - 120_000);
  utimesSync(file, past, past);
  expect(await withLock(file, 'after', async () => 'done')).toBe('done');
});

test('of many who find a dead holder one at a time goes on', async () => {
  writeFileSync(file, JSON.stringify({ ...holder('old'), started: 'another time' }));
  const trace = join(folder, 'trace');
  const text = `import { withLock } from ${JSON.stringify(join(toolchain, 'lock.js'))};
    import fs from 'node:fs';
    for (let i = 0; i < 10; i++) await withLock(${JSON.stringify(file)}, 'racing', async () => {
      fs.appendFileSync(${JSON.stringify(trace)}, 'in\\n');
      await new Promise((r) => setTimeout(r, 2));
      fs.appendFileSync(${JSON.stringify(trace)}, 'out\\n');
    });`;
  await Promise.all(Array.from({ length: 4 }, () => process_(text).ended));
  expect(readFileSync(trace, 'utf8')).toBe('in\nout\n'.repeat(40));
});

test('a start time tells processes apart', () => {
  expect(startTime(process.pid)).toBe(startTime(process.pid));
  expect(startTime(2 ** 22 + 1)).toBeUndefined();
});
