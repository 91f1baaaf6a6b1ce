/** Workers that run nothing: they speak the agent's protocol by the agent's own client, at the doorbell, over HTTP, to the end. */
import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import type { JobSpec, LogLine } from '../../app/protocol/worker.ts';
import { Http } from '../../app/worker/http.ts';
import { openSession, type Session } from '../../app/worker/session.ts';
import type { Breakable, LaneWorker } from '../support/breakable.ts';
import { now } from './clock.ts';

/** `bare`: claim and end. `whole`: lines of the live log, the stored log and an output, too, as every real job has them. */
export type Life = 'bare' | 'whole';

export interface Drained {
  /** Milliseconds of `clock.ts`. */
  from: number;
  until: number;
  /** How often each was given. */
  given: Map<string, number>;
}

/** By then the scheduler has rung again for whoever was forgotten. */
const SILENCE_MS = 20_000;

/** All of a queue, by so many workers with so many slots each; over when `count` have ended, or nothing came for a while. */
export async function drain(
  at: Breakable,
  workers: readonly LaneWorker[],
  { slots, count, life }: { slots: number; count: number; life: Life },
): Promise<Drained> {
  const over = new AbortController();
  const given = new Map<string, number>();
  let ended = 0;
  const sessions = await Promise.all(workers.map((worker) => open(at, worker, over.signal)));
  const store = new Http(`http://127.0.0.1:${at.port}`);
  for (const { about } of sessions) store.trust(about.trusted_hosts);
  const from = now();
  let until = from;
  const work = async (session: Session) => {
    const running = new Set<Promise<void>>();
    const { slug } = session.about.environment;
    while (ended < count) {
      if (running.size >= slots) {
        await Promise.race(running);
        continue;
      }
      const rung = await session.queue.waitForJob(slug, 1);
      if (rung === null) {
        if (now() - until > SILENCE_MS) break;
        continue;
      }
      const job = await session.api.claim(rung, randomUUID());
      if (job === null || job === 'draining') {
        // As an agent does when one of its own jobs ends; else the scheduler rings.
        if (running.size > 0) void Promise.race(running).then(() => session.queue.ring(slug, rung));
        continue;
      }
      given.set(job.execution_id, (given.get(job.execution_id) ?? 0) + 1);
      const one = live(session, store, job, life).finally(() => running.delete(one));
      running.add(one);
      void one.then(() => {
        ended++;
        until = now();
      });
    }
    await Promise.all(running);
  };
  await Promise.all(sessions.map(work));
  over.abort();
  await Promise.all([store.close(), ...sessions.map((session) => session.close())]);
  return { from, until, given };
}

const open = (at: Breakable, worker: LaneWorker, signal: AbortSignal): Promise<Session> =>
  openSession(
    {
      role: 'worker',
      name: worker.name,
      apiUrl: `http://127.0.0.1:${at.port}`,
      tokenFile: worker.tokenFile,
      folder: worker.folder,
      executors: ['process'],
      slots: 1,
      dockerSocket: '',
      relay: false,
    },
    pino({ level: 'silent' }),
    signal,
  );

const LINES: LogLine[] = [1, 2, 3].map((n) => [n, `2026-01-01T00:00:00.00000${n}`, 'stdout', `line ${n}`]);
const CHUNK = gzipSync(LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
const OUTPUT = Buffer.from('an output');
const sum = (kind: string) => createHash(kind).update(OUTPUT).digest('hex');
const SUMS = { md5: sum('md5'), sha1: sum('sha1'), sha256: sum('sha256') };

async function live({ api, queue, about }: Session, store: Http, job: JobSpec, life: Life): Promise<void> {
  const run = api.run(job.execution_id, job.token);
  if (life === 'whole') {
    await queue.appendLog(about.environment.slug, job, Buffer.from(JSON.stringify(LINES)), LINES.length);
    const files = [
      { kind: 'log' as const, name: '1-3.ndjson.gz', size: CHUNK.length },
      { kind: 'output' as const, name: 'output.txt', size: OUTPUT.length },
    ];
    const [log, output] = await run.uploads({ files });
    await Promise.all([
      store.put(log!.url, log!.headers, CHUNK, CHUNK.length),
      store.put(output!.url, output!.headers, OUTPUT, OUTPUT.length),
    ]);
    await run.logChunk({ first_seq: 1, last_seq: 3, storage_key: log!.storage_key, bytes: CHUNK.length });
    const time = '2026-01-01T00:00:00.000000';
    const file = { storage_key: output!.storage_key, name: 'output.txt', size: OUTPUT.length, ...SUMS };
    await run.outputs({ outputs: [{ ...file, file_ctime: time, file_mtime: time, metadata: {} }] });
  }
  await run.end({ status: 'complete', exit_code: 0, reason: 'done', log_lines: life === 'whole' ? 3 : 0 });
}
