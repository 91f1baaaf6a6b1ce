/** A log that is larger than anything that holds it: ten minutes of a job that prints as fast as it can. Long form only. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writtenBelow } from '../../../app/worker/steps/written.ts';
import type { Breakable } from '../../support/breakable.ts';
import { judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { counting, type Trial } from './trial.ts';

const MIB = 1024 * 1024;
const LINE_BYTES = 1000;
/** What may wait on the worker's disk (`log/job-log.ts`), with what is being written and read. */
const DISK_BYTES = 600 * MIB;

const endlessLog = (mebibytes: number): Trial => ({
  number: 18,
  title: `a log of ${mebibytes} MiB beside another job, half a minute without the API: no line is lost, the worker's disk is bounded, the other goes on`,
  lane: { slots: 2 },
  once: true,
  alone: true,
  async play(at, lane) {
    const [worker] = lane.workers;
    await worker!.start();
    const lines = Math.ceil((mebibytes * MIB) / LINE_BYTES);
    const id = await lane.submit(`seq -f 'line %012.0f ${'x'.repeat(LINE_BYTES - 20)}' 1 ${lines}`);
    let most = 0;
    const looking = setInterval(async () => {
      most = Math.max(most, (await writtenBelow(join(worker!.folder, 'jobs'))).bytes);
    }, 500);
    const found = verdict();
    try {
      await at.api.until(id, ({ status }) => status === 'started');
      const neighbour = await lane.submit(counting(100));
      const other = await judgeAll(at, [neighbour], { lines: 100 }, 120);
      // Nothing can be stored, and the job prints on: what it waits for is the bound alone.
      at.parts.api.hold();
      await sleep(30_000);
      at.parts.api.release();
      const isOver = async () => (await at.api.ok('GET', `/executions/${id}/`)).status === 'complete';
      await until('the flood is over', isOver, 3 * 3600).catch(() => found.lost.push(`${id} did not end`));
      if (most > DISK_BYTES)
        found.wrong.push(`${Math.round(most / MIB)} MiB lay on the worker's disk at once`);
      const hole = await firstHole(at, id, lines);
      if (hole !== null) found.wrong.push(`${id}: ${hole}`);
      return merge([found, other, await judgeLane(lane)]);
    } finally {
      clearInterval(looking);
    }
  },
});
export const endless = endlessLog(10 * 1024);

/** The log as a person downloads it, never held as a whole. */
async function firstHole({ api }: Breakable, id: string, lines: number): Promise<string | null> {
  const response = await fetch(`${api.base}/api/v0/executions/${id}/log/`, {
    headers: { authorization: `Token ${api.token}` },
  });
  let last = 0;
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const text = rest + chunk;
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    for (const [, number] of text.slice(0, end).matchAll(/ line (\d{12}) x+\n/g)) {
      if (Number(number) !== last + 1) return `line ${Number(number)} comes after line ${last}`;
      last++;
    }
  }
  return last === lines ? null : `${last} of ${lines} lines`;
}
