/** The worker as its own process: what signals do to it and to its jobs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestWorker, testWorker } from '../../support/worker.ts';

let at: TestWorker;
let workers: ChildProcess[];
beforeEach(async () => {
  at = await testWorker();
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await at.close();
});

async function startProcess(): Promise<ChildProcess> {
  const file = join(at.folder, '..', 'worker.json');
  await writeFile(file, JSON.stringify(at.settings));
  const main = join(import.meta.dirname, '../../../app/main.ts');
  const worker = spawn(process.execPath, [main, '--settings', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  workers.push(worker);
  return worker;
}
async function isAlive(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return state !== '' && !/\) Z /.test(state);
}

test.runIf(process.platform === 'linux')(
  'killed: its job dies with it, and its next life tells of the end',
  { timeout: 60_000 },
  async () => {
    const first = await startProcess();
    const marker = 4_000_000 + (process.pid % 100_000);
    const run = await at.platform.submit({ command: `echo kept > $VH_OUTPUTS_DIR/kept; sleep ${marker}` });
    const find = () => findProcess(`sleep ${marker}`);
    await expect.poll(find, { timeout: 15_000 }).toBeTruthy();
    const job = await find();
    first.kill('SIGKILL');
    await expect.poll(() => isAlive(job as number), { timeout: 5_000 }).toBe(false);
    await startProcess();
    expect(await run.end).toMatchObject({ status: 'crashed', reason: expect.stringContaining('restarted') });
    expect(run.outputs).toMatchObject([{ name: 'kept' }]);
    expect(at.platform.messages(run)[0]).toBe('Starting job on test-worker…');
  },
);

test('terminated: it lets the job end, and exits with 0', async () => {
  const worker = await startProcess();
  const run = await at.platform.submit({ command: 'sleep 1; echo done' });
  await expect.poll(() => run.heartbeats, { timeout: 15_000 }).toBeGreaterThan(0);
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
  expect(run.ended).toMatchObject({ status: 'complete' });
});

async function findProcess(commandLine: string): Promise<number | null> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').join(' ').trim() === commandLine) return Number(name);
  }
  return null;
}
