/** Messages that come twice, clocks that are wrong, output that no terminal would like. */
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breakable, Lane } from '../../support/breakable.ts';
import { doublingProxy } from '../../support/doubling-proxy.ts';
import { judge, judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { counting, some, type Trial } from './trial.ts';

const isStarted = ({ status }: { status: string }) => status === 'started';

export const messagesTwice: Trial = {
  number: 15,
  title: 'every message of a worker comes twice and out of order: one end, each line, point and output once',
  async play(at, lane) {
    const proxy = await doublingProxy(at.api.base, 1_000);
    try {
      const [worker] = lane.workers;
      worker!.settings = { apiUrl: proxy.url };
      await worker!.start();
      const make = [1, 2, 3]
        .map((n) => `echo ${n} > $VH_OUTPUTS_DIR/${n}.txt; echo '{"point": ${n}}'`)
        .join('; ');
      const ids = [
        await lane.submit(`${counting(20, 0.05)}; ${make}`),
        await lane.submit(`${counting(5)}; exit 3`),
      ];
      const found = [
        await judgeAll(at, ids.slice(0, 1), { lines: 20 }),
        await judgeAll(at, ids.slice(1), { status: ['error'], lines: 5 }),
      ];
      const clean = verdict();
      // What is still on its way must change nothing either.
      await sleep(1_200);
      const { outputs } = await at.api.ok('GET', `/executions/${ids[0]}/`);
      const names = outputs.map(({ name }: { name: string }) => name).sort();
      if (String(names) !== '1.txt,2.txt,3.txt') clean.wrong.push(`outputs are ${names}`);
      const metadata = await at.db
        .selectFrom('metadata_points')
        .selectAll()
        .where('execution_id', '=', ids[0]!)
        .execute();
      if (metadata.length !== 3) clean.wrong.push(`${metadata.length} points for 3`);
      if (proxy.doubled() < 10) clean.wrong.push(`only ${proxy.doubled()} messages were sent twice`);
      return merge([...found, clean, await judge(at, ids[0]!, { lines: 20 }), await judgeLane(lane)]);
    } finally {
      await lane.workers[0]!.end();
      await proxy.close();
    }
  },
};

const [LIBFAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'] = globSync(
  '/usr/lib/*/faketime/libfaketime.so.1',
);

/** `offset` as libfaketime writes it. */
async function wrongClock(at: Breakable, lane: Lane, offset: string, later?: string) {
  const [worker] = lane.workers;
  const file = join(at.at.folder, `${lane.slug}.clock`);
  await writeFile(file, offset);
  worker!.wrapper = [
    'env',
    `LD_PRELOAD=${LIBFAKETIME}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    ...['FAKETIME_NO_CACHE=1', 'DONT_FAKE_MONOTONIC=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1'],
  ];
  await worker!.start();
  const id = await lane.submit(counting(130));
  await at.api.until(id, isStarted);
  await sleep(some(1_000, 2_000));
  if (later !== undefined) await writeFile(file, later);
  const found = await judgeAll(at, [id], { lines: 130 });
  const log = await at.api.log(id);
  const times = log.map(({ time }) => time);
  if (times.some((time, index) => index > 0 && time <= (times[index - 1] ?? '')))
    found.wrong.push(`${id}: the log's times do not rise`);
  // Else the test would prove nothing.
  const first = Date.parse(`${times[0]}Z`);
  if (Math.abs(first - Date.now()) < 30 * 60_000)
    found.wrong.push(`the worker's clock was not wrong: ${times[0]}`);
  return merge([found, await judgeLane(lane)]);
}
const clock = (title: string, offset: string, later?: string): Trial => ({
  number: 16,
  title,
  needs: ['faketime'],
  play: (at, lane) => wrongClock(at, lane, offset, later),
});
export const clockAhead = clock(
  "a worker's clock an hour ahead: its lease holds, its log is in order",
  '+1h',
);
export const clockBehind = clock(
  "a worker's clock an hour behind: its lease holds, its log is in order",
  '-1h',
);
export const clockJumps = clock(
  "a worker's clock jumps back by two hours under a job: its lease holds, its log is in order",
  '+1h',
  '-1h',
);

const MIB = 1024 * 1024;
/** So much more may a long line take than one of 32 MiB: when the collector of garbage comes by is its own affair. */
const FLAT_BYTES = 128 * MIB;

/** One line of so many mebibytes, then bytes that no terminal would like. */
const endlessLine = (mebibytes: number): Trial => ({
  number: 17,
  title: `a line of ${mebibytes} MiB without an end, NUL, bytes that are no UTF-8, escapes, progress bars: in marked pieces, memory flat`,
  async play(at, lane) {
    const [worker] = lane.workers;
    await worker!.start();
    let most = 0;
    const timer = setInterval(async () => {
      most = Math.max(most, await residentBytes(worker!.pid()));
    }, 50);
    // What any busy log costs, a short line shows too; the memory it leaves behind is collected at the second.
    for (let round = 0; round < 2; round++)
      await judgeAll(at, [await lane.submit(`head -c ${32 * MIB} /dev/zero | tr '\\0' x`)]);
    const before = most;
    const command = [
      `head -c ${mebibytes * MIB} /dev/zero | tr '\\0' x`,
      "printf '\\nnul\\0nul\\n\\377\\376 bad\\n\\033[31mred\\033[0m\\033]0;title\\007\\n'",
      "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); printf '\\r%d%%' $i; done; printf '\\nline 1\\n'",
    ].join('; ');
    const id = await lane.submit(command);
    const found = await judgeAll(at, [id], {}, 300);
    clearInterval(timer);
    if (most - before > FLAT_BYTES)
      found.wrong.push(
        `the worker took ${Math.round(before / MIB)} MiB for a short line, and more by ${Math.round((most - before) / MIB)} MiB`,
      );
    const response = await fetch(`${at.api.base}/api/v0/executions/${id}/log/`, {
      headers: { authorization: `Token ${at.api.token}` },
    });
    let letters = 0;
    let tail = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      letters += chunk.match(/x{3,}/g)?.reduce((sum, run) => sum + run.length, 0) ?? 0;
      tail = (tail + chunk).slice(-8_000);
    }
    // A few letters may stand at the border of two chunks.
    if (letters < mebibytes * MIB - 5_000)
      found.wrong.push(`${letters} letters of ${mebibytes * MIB} arrived`);
    for (const wanted of [/nul.?nul/, /\uFFFD\uFFFD bad/, / 1000%\n/, / line 1\n/])
      if (!wanted.test(tail)) found.wrong.push(`the log lacks ${wanted}`);
    return merge([found, await judgeLane(lane)]);
  },
});
export const longLine = endlessLine(64);
export const longestLine = endlessLine(1024);

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
