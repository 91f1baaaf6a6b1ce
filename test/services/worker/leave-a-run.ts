/** What is on disk after a worker died in the middle of a run. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeJobFolder } from '../../../app/worker/steps/job-folder.ts';
import type { TestWorker } from '../../support/worker.ts';
import type { PlatformRun } from '../../support/worker-platform.ts';

export async function leave(at: TestWorker): Promise<PlatformRun> {
  const run = await at.platform.submit({ command: 'true' });
  run.claimed = true;
  const { execution_id, attempt, token } = run.spec;
  const folder = await makeJobFolder(at.folder, { execution_id, attempt, token });
  const line = (seq: number, text: string) =>
    `[${seq},"2026-01-01T00:00:00.00000${seq}","stdout","${text}"]\n`;
  await appendFile(
    join(folder.log, `${'0'.repeat(16)}-0.ndjson`),
    `${line(1, 'one')}${line(2, 'two')}[3,"2026-`,
  );
  await writeFile(join(folder.outputs, 'half.txt'), 'half');
  return run;
}
