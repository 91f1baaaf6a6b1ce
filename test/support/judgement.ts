/** What every run must be at the end, whatever was broken under it: told once, over once, its log whole or its gaps marked. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { LogEvent } from './api.ts';
import type { Breakable, Lane } from './breakable.ts';
import { containersLabelled } from './docker.ts';
import { until } from './process.ts';

/** What came of one trial. Each word names an execution and says what is wrong with it. */
export interface Verdict {
  /** Never came to an end. */
  lost: string[];
  /** Two attempts that went to their end, or an end that was told twice. */
  doubled: string[];
  /** An end that the promise does not allow, a hole in a log, something left behind. */
  wrong: string[];
  /** Seconds until each loss was noticed. */
  noticed: number[];
}
export const verdict = (): Verdict => ({ lost: [], doubled: [], wrong: [], noticed: [] });

export interface Expected {
  /** Statuses that the promise allows. @default complete */
  status?: string[];
  /** Numbered lines (`line 1` …) that the whole log must hold, where nothing may be lost. */
  lines?: number;
}

interface Row {
  status: string;
  ends: number;
  attempts: { number: number; end_status: string | null; reason: string | null }[];
}
const ENDED = ['complete', 'error', 'crashed', 'stopped'];

/** Looks at one execution that should be over. */
export async function judge(at: Breakable, id: string, expected: Expected = {}): Promise<Verdict> {
  const found = verdict();
  const row = await read(at, id);
  const { status = ['complete'], lines } = expected;
  if (!ENDED.includes(row.status)) {
    found.lost.push(`${id} is ${row.status}`);
    return found;
  }
  if (!status.includes(row.status))
    found.wrong.push(`${id} is ${row.status}: ${row.attempts.map(({ reason }) => reason).join('; ')}`);
  const open = row.attempts.filter(({ end_status }) => end_status === null);
  if (open.length > 0) found.wrong.push(`${id} has ended, its attempt ${open[0]?.number} has not`);
  if (row.ends > Math.max(1, row.attempts.length))
    found.doubled.push(`${id} ended ${row.ends} times in ${row.attempts.length} attempts`);
  const done = row.attempts.filter(({ end_status }) => ['complete', 'error'].includes(end_status ?? ''));
  if (done.length > 1) found.doubled.push(`${id} went to its end ${done.length} times`);
  const hole = holeIn(await at.api.log(id), lines);
  if (hole !== null) found.wrong.push(`${id}: ${hole}`);
  return found;
}

/** Attempts may each count from 1; a number that is missing must be told in its place. Pure. */
export function holeIn(log: readonly LogEvent[], wanted?: number): string | null {
  let last = 0;
  let told = false;
  let most = 0;
  for (const { stream, message } of log) {
    if (stream === 'status' && /^Lines? .* missing|output of the meantime may be missing/.test(message))
      told = true;
    const number = Number(/^line (\d+)$/.exec(message)?.[1] ?? Number.NaN);
    if (stream !== 'stdout' || Number.isNaN(number)) continue;
    if (number !== last + 1 && number !== 1 && !told) return `line ${number} comes after line ${last}`;
    if (number <= last && number !== 1) return `line ${number} comes again after line ${last}`;
    [last, told, most] = [number, false, Math.max(most, number)];
  }
  return wanted !== undefined && most !== wanted ? `${most} of ${wanted} lines` : null;
}

/** Waits until each has ended, or the time is over; then judges all. */
export async function judgeAll(
  at: Breakable,
  ids: readonly string[],
  expected: Expected = {},
  seconds = 60,
): Promise<Verdict> {
  const over = async () => {
    const { rows } = await sql<{ open: number }>`
      SELECT count(*)::int AS open FROM executions WHERE id = ANY(${ids}::uuid[]) AND NOT status = ANY(${ENDED})`.execute(
      at.db,
    );
    return rows[0]?.open === 0;
  };
  await until('every execution has ended', over, seconds).catch(() => {});
  return merge(await Promise.all(ids.map((id) => judge(at, id, expected))));
}

/** Nothing of the lane's jobs is left: containers, folders. */
export async function judgeLane({ executor, workers }: Lane, seconds = 10): Promise<Verdict> {
  const found = verdict();
  for (const { folder, name } of workers) {
    const left = async () => {
      const jobs = await readdir(join(folder, 'jobs')).catch(() => []);
      const containers = executor === 'docker' ? await containersLabelled(`cove.owner=${folder}`) : [];
      return [...jobs.map((job) => `folder ${job}`), ...containers.map((id) => `container ${id}`)];
    };
    await until('nothing is left', async () => (await left()).length === 0, seconds).catch(() => {});
    for (const what of await left()) found.wrong.push(`${name} left ${what}`);
  }
  return found;
}

export function merge(verdicts: readonly Verdict[]): Verdict {
  const all = verdict();
  for (const one of verdicts) {
    all.lost.push(...one.lost);
    all.doubled.push(...one.doubled);
    all.wrong.push(...one.wrong);
    all.noticed.push(...one.noticed);
  }
  return all;
}

/** When the run of a dead worker was ended, in milliseconds since 1970, by the database's clock, which is this machine's. */
export async function endedAt(at: Breakable, id: string): Promise<number> {
  const { end_time } = await at.db
    .selectFrom('executions')
    .select('end_time')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return end_time?.getTime() ?? Number.NaN;
}

async function read({ db }: Breakable, id: string): Promise<Row> {
  const { rows } = await sql<Row>`
    SELECT status,
      (SELECT count(*)::int FROM audit WHERE subject_id::text = e.id::text AND action = 'execution.end') AS ends,
      COALESCE((SELECT jsonb_agg(jsonb_build_object('number', number, 'end_status', end_status, 'reason', reason)
        ORDER BY number) FROM attempts WHERE execution_id = e.id), '[]') AS attempts
    FROM executions e WHERE id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error(`execution ${id} is gone`);
  return row;
}
