import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListExecutions, ORDERINGS } from '../../../../app/core/executions/list.ts';
import { addExecutions, addPoints, settle } from '../../../bench/history.ts';
import { type TestApp, type TestPlatform, testApp, testPlatform } from '../../../support/platform.ts';
import { listAll, makeWorld, type World } from '../../../support/runs.ts';

const EXECUTIONS = 2_000;
const POINTS = 12_000;

let test: TestPlatform;
let api: TestApp;
let world: World;
beforeAll(async () => {
  test = await testPlatform();
  api = await testApp(test.platform);
  world = await makeWorld(test, await test.person('ada'));
  const { db } = test.platform;
  const { projectId, commitId, environmentId } = world;
  const past = { projectId, commitId, environmentId, creatorId: world.owner.id, executions: EXECUTIONS };
  await addExecutions(db, past);
  await addPoints(db, { projectId, each: 3, long: POINTS });
  // Longer than an index takes, in letters that cannot be packed.
  await sql`UPDATE executions SET step = (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) n)
    WHERE counter = 7`.execute(db);
  await settle(db);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const list = async (more: Partial<ListExecutions>) => {
  const { executions, count } = await listAll(world, more);
  return { counters: executions.map(({ counter }) => counter), executions, count };
};

describe('a long list of executions', () => {
  it.each(
    ORDERINGS.flatMap((field) => [
      { field, direction: 'asc' } as const,
      { field, direction: 'desc' } as const,
    ]),
  )('comes page by page as it comes at once, by $field $direction', async (ordering) => {
    const whole = await list({ ordering });
    expect(new Set(whole.counters).size).toBe(EXECUTIONS);
    const values = whole.executions.map((one) => one[ordering.field] as string | number | Date);
    const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(values).toEqual(ordering.direction === 'asc' ? sorted : sorted.reverse());
    const pages: number[] = [];
    for (let offset = 0; offset < EXECUTIONS; offset += 300)
      pages.push(...(await list({ ordering, offset, limit: 300 })).counters);
    expect(pages).toEqual(whole.counters);
    expect(whole.count).toBe(EXECUTIONS);
  });

  it('comes whole where a client asks for more than there are, and does not follow pages', async () => {
    const whole = `/api/v0/executions/?project=${world.projectId}&limit=9001&ordering=-counter`;
    const { body } = await api.call('GET', whole, { as: world.owner });
    expect([body.results.length, body.next]).toEqual([EXECUTIONS, null]);
  });

  it('is filtered as its rows say', async () => {
    const { executions } = await list({});
    const long = executions.find(({ counter }) => counter === 7)!;
    const filters: [Partial<ListExecutions>, (one: (typeof executions)[number]) => boolean][] = [
      [{ statuses: ['error', 'crashed'] }, ({ status }) => status === 'error' || status === 'crashed'],
      [{ statuses: ['incomplete'] }, () => false],
      [{ statuses: ['nonsense'] }, () => false],
      [{ step: 'tune' }, ({ step }) => step === 'tune'],
      [{ step: long.step }, ({ counter }) => counter === 7],
      [{ step: long.step.slice(0, 200) }, () => false],
      [{ tags: ['baseline'] }, ({ tags }) => tags.includes('baseline')],
      [{ tags: ['baseline', 'other'] }, () => false],
      [{ environment: world.slug.toUpperCase() }, () => true],
      [{ environment: world.environmentId }, () => true],
      [{ commit: world.identifier }, () => true],
      [{ project: undefined, counters: ['3', 'x', '9'] }, ({ counter }) => counter === 3 || counter === 9],
    ];
    for (const [filter, holds] of filters) {
      const found = await list(filter);
      expect(found.counters).toEqual(executions.filter(holds).map(({ counter }) => counter));
      expect(found.count).toBe(found.counters.length);
    }
  });
});

describe('many metadata points', () => {
  const get = async (query: string) => {
    const { status, body, text } = await api.call(
      'GET',
      `/api/v0/executions/${world.projectId}:latest/metadata/?${query}`,
      { as: world.owner },
    );
    return { status, text, ...body } as {
      status: number;
      text: string;
      count?: number;
      next: string | null;
      results: { seq: number }[];
    };
  };
  const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

  it('come at once, in order', async () => {
    const { results, count, next } = await get('');
    expect(results.map(({ seq }) => seq)).toEqual(upTo(1, POINTS));
    expect({ count, next }).toEqual({ count: POINTS, next: null });
  });

  it.each([7, 5_000, 5_500])('come in pages of %i, each told by the one before', async (limit) => {
    const seen: number[] = [];
    const start = limit === 7 ? POINTS - 40 : 3;
    for (let query: string | null = `limit=${limit}&offset=${start}`; query !== null; ) {
      const { results, next }: Awaited<ReturnType<typeof get>> = await get(query);
      seen.push(...results.map(({ seq }) => seq));
      query = next && new URL(next).search.slice(1);
    }
    expect(seen).toEqual(upTo(start + 1, POINTS));
  });

  it('are told from a point on, as a chart asks that has those before', async () => {
    const { results, count, next } = await get('after=1-11990');
    expect(results.map(({ seq }) => seq)).toEqual(upTo(11_991, POINTS));
    expect({ count, next }).toEqual({ count: 10, next: null });
    expect((await get('after=here')).status).toBe(400);
    expect((await get(`offset=${POINTS}`)).results).toEqual([]);
  });

  it('are sampled where a chart asks for some of them', async () => {
    const { results, next, status } = await get('sample=100');
    const seqs = results.map(({ seq }) => seq);
    expect({ status, next, length: seqs.length }).toEqual({ status: 200, next: null, length: 100 });
    expect([seqs[0], seqs.at(-1)]).toEqual([1, POINTS]);
    const steps = seqs.slice(1).map((seq, n) => seq - seqs[n]!);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(2);
    // What comes behind them is told as ever, and where there are fewer, they are all.
    expect((await get(`sample=100&after=1-${POINTS - 5}`)).results).toHaveLength(5);
    const short = `/api/v0/executions/${world.projectId}:9/metadata/?sample=100`;
    expect((await api.call('GET', short, { as: world.owner })).body.results).toHaveLength(3);
    expect((await get('sample=1')).status).toBe(400);
    expect((await get('sample=')).status).toBe(400);
  });
});
