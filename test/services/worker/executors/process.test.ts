import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findIsolation } from '../../../../app/worker/executors/namespace.ts';
import { ProcessExecutor } from '../../../../app/worker/executors/process.ts';
import { executorContract } from '../../../support/executor-contract.ts';
import { insideContract } from '../../../support/inside-contract.ts';

const isolation = await findIsolation();

describe.runIf(isolation !== null)('in a root of its own', () => {
  const bench = executorContract(
    (folder) =>
      new ProcessExecutor({
        hidden: [join(folder, 'hidden'), join(folder, 'caches')],
        caches: join(folder, 'caches'),
        isolation,
      }),
  );
  insideContract(bench);

  test('finds its folders at /valohai', async () => {
    const ran = await bench.run('pwd; ls /valohai; echo $VH_OUTPUTS_DIR');
    expect(ran.stdout).toBe('/valohai/repository\nconfig\ninputs\noutputs\nrepository\n/valohai/outputs\n');
  });
  test('sees neither other processes nor hidden folders, and leaves no mount behind', async () => {
    const hidden = join(bench.folder, 'hidden');
    await mkdir(hidden);
    await writeFile(join(hidden, 'token'), 'x');
    const ran = await bench.run(`ls '${hidden}' | wc -l; ls -d /proc/[0-9]* | wc -l`);
    const [files, processes] = ran.stdout.trim().split('\n').map(Number);
    expect(files).toBe(0);
    expect(processes).toBeLessThan(12);
    expect((await bench.run('true')).exit.code).toBe(0);
  });
});

describe('with nothing but its variables', () => {
  const bench = executorContract(
    (folder) => new ProcessExecutor({ hidden: [], caches: join(folder, 'caches'), isolation: null }),
  );
  insideContract(bench);

  test('is told where its folders are, and that there is no /valohai', async () => {
    const ran = await bench.run('echo $VH_OUTPUTS_DIR');
    expect(ran.stdout.trim()).toBe(ran.folder.outputs);
    expect(ran.status.join('\n')).toContain('VH_*_DIR');
  });
});
