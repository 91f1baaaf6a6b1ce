/** A disk runs out of places for files long before it runs out of bytes. */
import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { counting, type Trial } from './trial.ts';

const run = promisify(execFile);
const FILES = 200_000;

export const manyFiles: Trial = {
  number: 19,
  title:
    'empty files until the disk can hold no more, beside another job: ended at half of what there was, told so, the neighbour and the agent live, all is removed',
  needs: ['network'],
  lane: { slots: 2 },
  async play(at, lane) {
    const [worker] = lane.workers;
    await mkdir(worker!.folder, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `nr_inodes=${FILES}`, 'cove', worker!.folder]);
    try {
      await worker!.start();
      const { ffree: before } = await statfs(worker!.folder);
      const neighbour = await lane.submit(`${counting(200)}; echo x > $VH_OUTPUTS_DIR/x.txt`);
      // Ten thousand a second: faster ones reach a larger disk's end no sooner.
      const command = `python3 -c "
import time
for n in range(1_000_000):
    open(str(n), 'w').close()
    if n % 1000 == 0:
        time.sleep(0.1)
"`;
      const bomb = await lane.submit(command);
      const found = [await judgeAll(at, [bomb], { status: ['error'] }, 90)];
      const told = verdict();
      const { status_detail } = await at.api.ok('GET', `/executions/${bomb}/`);
      if (
        !/^Ended: it made \d+ files, more than half of the \d+ that the machine's disk could hold/.test(
          status_detail,
        )
      )
        told.wrong.push(`it ended with "${status_detail}"`);
      found.push(await judgeAll(at, [neighbour], { lines: 200 }, 60));
      const next = await lane.submit('echo line 1');
      found.push(await judgeAll(at, [next], { lines: 1 }), await judgeLane(lane));
      const { ffree: after } = await statfs(worker!.folder);
      if (before - after > 100) told.wrong.push(`${before - after} files are left`);
      return merge([...found, told]);
    } finally {
      await worker!.end();
      await run('umount', ['--lazy', worker!.folder]);
    }
  },
};
