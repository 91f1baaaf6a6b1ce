import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogLine } from '../../../../app/protocol/worker.ts';
import { asList } from '../../../../app/worker/log/follow.ts';
import { JobLog } from '../../../../app/worker/log/job-log.ts';
import { Spool } from '../../../../app/worker/log/spool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove spool '));
});
afterEach(() => rm(folder, { recursive: true }));

const append = (spool: Spool, line: string) => spool.append(Buffer.from(line), 1);
const START = { offset: 0, seq: 0 };
async function readAll(spool: Spool, from = START): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let position = from;
  while (position.offset < spool.end.offset) {
    const slice = await spool.read(position, 7, 300);
    expect(slice.lines).toBeGreaterThan(0);
    lines.push(...(JSON.parse(asList(slice.data).toString()) as LogLine[]));
    position = slice.next;
  }
  expect(position).toEqual(spool.end);
  return lines;
}

test('lines written in any pace are read back complete, over segments', async () => {
  const spool = await Spool.open(folder, 1000);
  const log = new JobLog(spool, []);
  for (let i = 1; i <= 200; i++) await log.write('stdout', Buffer.from(`line ${i}\n`));
  await log.write('stderr', Buffer.from('no end'));
  expect(await log.close()).toBe(201);
  const lines = await readAll(spool);
  expect(lines.map(([seq]) => seq)).toEqual(lines.map((_, i) => i + 1));
  expect(lines[41]?.[3]).toBe('line 42');
  expect(lines.at(-1)).toMatchObject([201, expect.any(String), 'stderr', 'no end']);
  await spool.dispose();
});

test('what everybody has read goes, what is needed stays', async () => {
  const spool = await Spool.open(folder, 100);
  for (let seq = 1; seq <= 20; seq++) await append(spool, `[${seq},"t","stdout","${'x'.repeat(40)}"]\n`);
  const before = (await readdir(folder)).length;
  const { next } = await spool.read(START, 10);
  await spool.release(next.offset);
  expect((await readdir(folder)).length).toBeLessThan(before);
  expect((await spool.read(next, 1)).data.toString()).toContain(`[${next.seq + 1},`);
  await spool.dispose();
});

test('after a crash it goes on behind the last whole line', async () => {
  const first = await Spool.open(folder, 60);
  for (let seq = 1; seq <= 5; seq++) await append(first, `[${seq},"t","stdout","aaaaaaaaaa"]\n`);
  await first.dispose();
  const last = (await readdir(folder)).sort().at(-1) as string;
  await appendFile(join(folder, last), '[6,"torn');
  const second = await Spool.open(folder, 60);
  expect(second.end.seq).toBe(5);
  await append(second, '[6,"t","stdout","b"]\n');
  expect((await readAll(second)).map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  await second.dispose();
});

test('a reader waits for more, and learns of the end', async () => {
  const spool = await Spool.open(folder);
  const waiting = spool.more(0);
  await append(spool, '[1,"t","stdout","x"]\n');
  expect(await waiting).toBe(true);
  const end = spool.more(spool.end.offset);
  spool.close();
  expect(await end).toBe(false);
  await spool.dispose();
});
