/** A job is held to what it may write: in its folders, and in its container beside them. */
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writtenBelow } from '../../../app/worker/steps/written.ts';
import { dockerSocket, PYTHON_IMAGE } from '../../support/docker.ts';
import { type TestWorker, testWorker } from '../../support/worker.ts';

const MIB = 2 ** 20;
let at: TestWorker | undefined;
afterEach(async () => {
  await at?.close();
  at = undefined;
});

test('bytes are counted as the disk does: a sparse file is small, one file of two names is one, links go nowhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'written-'));
  try {
    await mkdir(join(folder, 'deep/er'), { recursive: true });
    await writeFile(join(folder, 'deep/er/file'), Buffer.alloc(MIB, 1));
    await link(join(folder, 'deep/er/file'), join(folder, 'again'));
    await symlink('/usr', join(folder, 'far'));
    await writeFile(join(folder, 'sparse'), '');
    await truncate(join(folder, 'sparse'), 1024 * MIB);
    const { bytes, files } = await writtenBelow(folder);
    expect(bytes).toBeGreaterThanOrEqual(MIB);
    expect(bytes).toBeLessThan(1.2 * MIB);
    expect(files).toBe(5);
    for (let n = 0; n < 300; n++) await writeFile(join(folder, `empty-${n}`), '');
    // None takes a block, each takes a place.
    expect((await writtenBelow(folder)).bytes).toBe(bytes + 300 * 4096);
    expect(await writtenBelow(join(folder, 'nothing'))).toEqual({ bytes: 0, files: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a process that writes more than it may is ended, told why, and what it wrote is stored; inputs do not count', async () => {
  at = await testWorker('process', 2);
  await at.start();
  const { platform } = at;
  const files = { 'large.bin': 'x'.repeat(12 * MIB) };
  const disk = 10 * MIB;
  const greedy = await platform.submit({
    command: 'echo kept > $VH_OUTPUTS_DIR/kept; head -c 20000000 /dev/zero > big; sleep 60',
    disk,
  });
  const modest = await platform.submit({
    command: 'head -c 1000000 /dev/zero > small; sleep 6',
    files,
    disk,
  });
  const end = await greedy.end;
  expect(end).toMatchObject({
    status: 'error',
    reason: expect.stringMatching(
      /^Ended: it wrote [12]\d\.\d+ MB in \d+ files to the machine's disk, its limit is 10.5 MB. A file counts as 4 KiB at least. Raise limits.disk, or write less$/,
    ),
  });
  expect(platform.messages(greedy, 'status').at(-1)).toBe(end.reason);
  expect(greedy.outputs).toMatchObject([{ name: 'kept' }]);
  expect(await modest.end).toMatchObject({ status: 'complete' });
});

/** So many empty files in a folder. */
const empty = (count: number, folder: string) =>
  `python3 -c "import os; [open(os.path.join('${folder}', str(n)), 'w').close() for n in range(${count})]"`;

test('a million empty files are no way around the limit: neither in the folders', async () => {
  at = await testWorker('process');
  await at.start();
  const command = `cd $VH_REPOSITORY_DIR; mkdir many; ${empty(4_000, 'many')}; sleep 60`;
  expect(await (await at.platform.submit({ command, disk: 10 * MIB })).end).toMatchObject({
    status: 'error',
    reason: expect.stringMatching(/it wrote 1\d\.\d+ MB in \d{4} files/),
  });
});

test('nor in the container', async () => {
  at = await testWorker('docker', 1, undefined, { dockerSocket });
  await at.start();
  const run = { image: PYTHON_IMAGE, command: `${empty(4_000, '/tmp')}; sleep 60`, disk: 10 * MIB };
  expect(await (await at.platform.submit(run)).end).toMatchObject({
    status: 'error',
    reason: expect.stringMatching(/it wrote 1\d\.\d+ MB in \d{4} files/),
  });
});

test('a container that fills its own /tmp is ended', async () => {
  at = await testWorker('docker', 1, undefined, { dockerSocket });
  await at.start();
  const run = await at.platform.submit({
    image: PYTHON_IMAGE,
    command: 'head -c 20000000 /dev/zero > /tmp/big; sleep 60',
    disk: 10 * MIB,
  });
  expect(await run.end).toMatchObject({
    status: 'error',
    reason: expect.stringMatching(/it wrote [12]\d\.\d+ MB/),
  });
});
