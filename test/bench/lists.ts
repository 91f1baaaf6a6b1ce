/**
 * `npm run bench -- lists [--rounds 20] [--executions 100000] [--points 10000000]`: pages of the list of executions and of a
 * run's metadata points over HTTP, in every order and by every filter, against the bare question asked of the same
 * PostgreSQL for the same rows, in turns.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable } from '../support/breakable.ts';
import { addExecutions, addPoints, settle } from './history.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';

const GOAL_MS = 100;
const WARM_UP = 2;
const USUAL = 'ctime DESC, id DESC';
/** Points of the longest run. */
const LONG = 1_000_000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    executions: { type: 'string', default: '100000' },
    points: { type: 'string', default: '10000000' },
  },
});
const [rounds, executions, points] = [values.rounds, values.executions, values.points].map(Number) as [
  number,
  number,
  number,
];

export interface Case {
  name: string;
  path: string;
  bare: RawBuilder<unknown>;
  /** How many answers are enough for it. @default all rounds */
  rounds?: number;
  /** Too large for the goal to mean it: told without one. */
  large?: boolean;
}

/** `creator` made all of them; `run` is the one with most points. */
export function cases(of: {
  project: string;
  creator: string;
  environment: string;
  run: string;
  total: number;
}): Case[] {
  const { project, creator, environment, run, total } = of;
  const list = (
    name: string,
    query: string,
    where: string,
    order: string,
    more: Partial<Case> = {},
  ): Case => {
    const [, limit = '100'] = /limit=(\d+)/.exec(query) ?? [];
    const [, offset = '0'] = /offset=(\d+)/.exec(query) ?? [];
    const from = `FROM executions WHERE deleted_at IS NULL ${where}`;
    const count = query.includes('no_count') ? '0' : `(SELECT count(*) ${from})`;
    return {
      name,
      path: `/executions/?limit=${limit}&${query}`,
      bare: sql.raw(`SELECT *, ${count} AS count ${from} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`),
      ...more,
    };
  };
  const own = (name: string, query: string, where: string, order: string, more: Partial<Case> = {}) =>
    list(name, `project=${project}&${query}`, `AND project_id = '${project}' ${where}`, order, more);
  const deep = total - 1000;
  const points = (name: string, query: string, window: string, more: Partial<Case> = {}): Case => ({
    name,
    path: `/executions/${run}/metadata/?${query}`,
    bare: sql.raw(`SELECT attempt, seq, time, value FROM metadata_points WHERE execution_id = '${run}'
      ORDER BY attempt, seq ${window}`),
    ...more,
  });
  return [
    own('newest 100', 'ordering=-counter', '', 'counter DESC'),
    own('newest 100, not counted', 'ordering=-counter&no_count=true', '', 'counter DESC'),
    own('newest 200, as the browser asks', 'ordering=-counter&limit=200', '', 'counter DESC'),
    own('usual order', '', '', USUAL),
    own('deepest page by counter', `ordering=-counter&offset=${deep}`, '', 'counter DESC'),
    own('deepest page, usual order', `offset=${deep}`, '', USUAL),
    own('by end', 'ordering=-end_time', '', 'end_time DESC, ctime DESC, id DESC'),
    own('by status', 'ordering=status', '', 'status, ctime, id'),
    own('by step', 'ordering=step', '', 'left(step, 200), ctime, id'),
    own('by title', 'ordering=title', '', 'left(title, 200), ctime, id'),
    own(
      'by title, deepest page',
      `ordering=-title&offset=${deep}`,
      '',
      'left(title, 200) DESC, ctime DESC, id DESC',
    ),
    own('failed', 'status=error', `AND status = 'error'`, USUAL),
    own('crashed, by counter', 'status=crashed&ordering=-counter', `AND status = 'crashed'`, 'counter DESC'),
    own(
      'incomplete (none is)',
      'status=incomplete',
      `AND status IN ('created','queued','started','stopping')`,
      USUAL,
    ),
    own('of a step', 'step=tune', `AND left(step, 200) = 'tune' AND step = 'tune'`, USUAL),
    own('of a person', `creator=${creator}`, `AND creator_id = '${creator}'`, USUAL),
    own('of nobody there is', `creator=${project}`, `AND creator_id = '${project}'`, USUAL),
    own(
      'in an environment',
      `environment=${environment}`,
      `AND environment_id = (SELECT id FROM environments WHERE slug = '${environment}')`,
      USUAL,
    ),
    own('with a tag', 'tag=baseline', `AND tags <> '{}' AND tags @> '{baseline}'`, USUAL),
    own('with a tag nobody gave', 'tag=none', `AND tags <> '{}' AND tags @> '{none}'`, USUAL),
    list('of all projects', '', '', USUAL),
    own('9,001 rows, as vh asks', 'ordering=-counter&limit=9001', '', 'counter DESC', {
      rounds: 3,
      large: true,
    }),
    {
      name: 'one run',
      path: `/executions/${project}:${total / 2}/`,
      bare: sql.raw(`SELECT * FROM executions WHERE project_id = '${project}' AND counter = ${total / 2}`),
    },
    points('1,000 points of a million', 'limit=1000', 'LIMIT 1000'),
    points('1,000 points behind a point', `limit=1000&after=1-${LONG - 1000}`, '', {
      bare: sql.raw(`SELECT attempt, seq, time, value FROM metadata_points WHERE execution_id = '${run}'
        AND (attempt, seq) > (1, ${LONG - 1000}) ORDER BY attempt, seq LIMIT 1000`),
    }),
    points(
      'the last 1,000, counted off',
      `limit=1000&offset=${LONG - 1000}`,
      `LIMIT 1000 OFFSET ${LONG - 1000}`,
      {
        rounds: 5,
        large: true,
      },
    ),
    points('a million points at once', '', '', { rounds: 2, large: true }),
  ];
}

/** Milliseconds of both sides, in turns; `first`: when nobody had asked for it before. */
interface Found {
  first: number;
  api: number[];
  bare: number[];
  bytes: number;
}

export async function measure(
  at: { db: Breakable['db']; base: string; token: string },
  { path, bare }: Case,
  n: number,
): Promise<Found> {
  const found = { first: 0, api: [] as number[], bare: [] as number[], bytes: 0 };
  for (let round = -Math.min(WARM_UP, n); round < n; round++) {
    const began = performance.now();
    const answer = await fetch(`${at.base}/api/v0${path}`, {
      headers: { authorization: `Token ${at.token}` },
    });
    let bytes = 0;
    for await (const some of answer.body!) bytes += some.length;
    const between = performance.now();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    await bare.execute(at.db);
    found.first ||= between - began;
    if (round < 0) continue;
    found.api.push(between - began);
    found.bare.push(performance.now() - between);
    found.bytes = bytes;
  }
  return found;
}

async function main(): Promise<void> {
  const at = await breakable({ lanes: [{}] });
  try {
    const began = Date.now();
    const [lane] = at.lanes;
    await at.api.importPackage(at.project, { 'valohai.yaml': oneStep('true', 'python:3.12-slim', '') });
    const one = async (table: 'commits' | 'users') =>
      (await at.db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id;
    const [commitId, creatorId] = [await one('commits'), await one('users')];
    const { environmentId, slug } = lane!;
    await addExecutions(at.db, { projectId: at.project, commitId, creatorId, environmentId, executions });
    const each = Math.max(1, Math.round((points - LONG) / executions));
    await addPoints(at.db, { projectId: at.project, each, long: LONG });
    await settle(at.db);
    const { id: run } = await at.api.ok('GET', `/executions/${at.project}:latest/?exclude=outputs`);
    console.log(`${machine()}\n${executions} executions, ${each} points each, ${LONG} of the newest`);
    console.log(
      `made in ${Math.round((Date.now() - began) / 1000)} s; load ${loadavg()[0]!.toFixed(1)}; ${rounds} rounds in turns`,
    );
    const table: (string | number)[][] = [
      ['page', 'API ms, first', 'p50', 'p95', 'bare SQL ms p50', 'p95', 'ratio p50', 'KB', ''],
    ];
    let missed = false;
    const of = { project: at.project, creator: creatorId, environment: slug, run, total: executions };
    for (const one of cases(of)) {
      const found = await measure(
        { db: at.db, base: at.api.base, token: at.api.token },
        one,
        Math.min(rounds, one.rounds ?? rounds),
      );
      table.push(row(one, found));
      missed ||= table.at(-1)!.at(-1) !== '';
    }
    printTable(table);
    console.log(`load ${loadavg()[0]!.toFixed(1)}; goal: p95 at most ${GOAL_MS} ms a page`);
    if (missed) console.log('MISSED');
  } finally {
    await at.close();
  }
}

export function row(one: Case, { first, api, bare, bytes }: Found): (string | number)[] {
  const p95 = percentile(api, 0.95);
  const numbers = [first, median(api), p95, median(bare), percentile(bare, 0.95)].map((ms) => ms.toFixed(1));
  const ratio = (median(api) / median(bare)).toFixed(2);
  return [one.name, ...numbers, ratio, Math.round(bytes / 1000), !one.large && p95 > GOAL_MS ? 'MISSED' : ''];
}

if (import.meta.main) await main();
