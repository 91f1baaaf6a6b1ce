import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyExecution } from '../../../../app/core/executions/copy.ts';
import { createExecution } from '../../../../app/core/executions/create.ts';
import { getExecution } from '../../../../app/core/executions/get.ts';
import type { ListExecutions } from '../../../../app/core/executions/list.ts';
import { removeExecution } from '../../../../app/core/executions/remove.ts';
import { stopExecution } from '../../../../app/core/executions/stop.ts';
import { end } from '../../../../app/core/workers/end.ts';
import { heartbeat } from '../../../../app/core/workers/heartbeat.ts';
import { connectQueue } from '../../../../app/platform/redis.ts';
import { type Person, type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { listAll, makeWorld, startedRun, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
let owner: Person;
let viewer: Person;
let stranger: Person;
beforeAll(async () => {
  test = await testPlatform();
  [owner, viewer, stranger] = await Promise.all([test.person('ada'), test.person('bob'), test.person('eve')]);
  world = await makeWorld(test, owner);
  await test.platform.db
    .insertInto('project_members')
    .values({ project_id: world.projectId, user_id: viewer.id, role: 'viewer' })
    .execute();
});
afterAll(() => test?.close());

const request = (more: Record<string, unknown> = {}) => ({
  project: world.projectId,
  commit: world.identifier,
  step: 'train',
  inputs: {},
  parameters: {},
  environment_variables: {},
  tags: [],
  runtime_config: {},
  ...more,
});
const create = (more: Record<string, unknown> = {}, person = owner) =>
  createExecution(person.context, request(more));
const get = (execution: string, person = owner) => getExecution(person.context, { execution, outputs: true });
const auditOf = (id: string) =>
  test.platform.db
    .selectFrom('audit')
    .select(['action', 'actor'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
const list = (more: Partial<ListExecutions> = {}, person = owner) =>
  listAll({ ...world, owner: person }, { ordering: { field: 'counter', direction: 'asc' }, ...more });

describe('create', () => {
  it('makes many at once: each its own number, files and audit row, and a bad one costs no other anything', async () => {
    const before = (await create()).execution.counter;
    const wishes = Array.from({ length: 12 }, (_, n) =>
      create(
        { title: `number ${n}`, tags: [`t${n}`], inputs: { extra: [`https://example.com/${n}.csv`] } },
        n === 5 ? viewer : owner,
      ),
    );
    const answers = await Promise.allSettled(wishes);
    expect(answers.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([5]);
    expect(answers[5]).toMatchObject({ reason: { code: 'forbidden' } });
    const made = answers.flatMap((one, n) =>
      one.status === 'fulfilled' ? [{ n, ...one.value.execution }] : [],
    );
    for (const { n, id, title, tags } of made) {
      expect([title, tags]).toEqual([`number ${n}`, [`t${n}`]]);
      expect((await auditOf(id)).map(({ action, actor }) => [action, actor])).toEqual([
        ['execution.create', owner.context.actor],
      ]);
      const files = test.platform.db.selectFrom('execution_inputs').select('uri');
      expect(await files.where('execution_id', '=', id).where('input', '=', 'extra').execute()).toEqual([
        { uri: `https://example.com/${n}.csv` },
      ]);
    }
    const counters = made.map(({ counter }) => counter).toSorted((a, b) => a - b);
    expect(counters).toEqual(counters.map((_, at) => before + 1 + at));
  });

  it('makes a queued run of the step with typed values, an audit row and a ring of the bell', async () => {
    const { execution } = await create({
      parameters: { epochs: '7', verbose: true, label: null, layers: [1, 2] },
      inputs: { extra: ['https://example.com/more.csv'] },
      environment_variables: { OTHER: 'x' },
      title: 'first',
      tags: ['a', 'a', 'b'],
      priority: 3,
      runtime_config: { no_output_timeout: 60, autorestart: true },
    });
    expect(execution).toMatchObject({
      status: 'queued',
      step: 'train',
      image: 'python:3.12-slim',
      title: 'first',
      tags: ['a', 'b'],
      priority: 3,
      parameters: { epochs: 7, rate: 0.1, verbose: true, label: null, layers: [1, 2] },
      interpolated_command: 'python train.py --epochs=7 --rate=0.1 --verbose --layers=1 --layers=2',
      environment_variables: { MODE: 'fast', OTHER: 'x' },
      runtime_config: { no_output_timeout: 60, autorestart: true },
      time_limit: 3600,
      no_output_timeout: 60,
      environment_slug: world.slug,
      creator_name: 'ada',
      commit_identifier: world.identifier,
    });
    expect(await auditOf(execution.id)).toEqual([
      { action: 'execution.create', actor: { kind: 'user', userId: owner.id, username: 'ada' } },
    ]);
    expect(await test.platform.queue.queueMembers(world.slug)).toContain(execution.id);
  });

  it.each([
    ['a prefix', () => world.identifier.slice(0, 10)],
    ['a branch', () => 'main'],
  ])('finds the commit by %s', async (_, commit) => {
    expect((await create({ commit: commit() })).execution.commit_identifier).toBe(world.identifier);
  });

  it('counts per project without a hole or a double, also when many come at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => create()));
    const counters = made.map(({ execution }) => execution.counter).sort((a, b) => a - b);
    expect(counters).toEqual(Array.from({ length: 12 }, (_, i) => (counters[0] ?? 0) + i));
  });

  it.each([
    [{ step: 'rain' }, 'step', 'does_not_exist'],
    [{ commit: 'f'.repeat(40) }, 'commit', 'does_not_exist'],
    [{ environment: 'nowhere' }, 'environment', 'does_not_exist'],
    [{ runtime_config_preset: 'large' }, 'runtime_config_preset', 'does_not_exist'],
    [{ environment_variable_groups: ['group'] }, 'environment_variable_groups', 'does_not_exist'],
    [{ parameters: { epochs: 'many' } }, 'parameters', 'invalid'],
    [{ parameters: { unknown: 1 } }, 'parameters', 'invalid'],
    [{ inputs: { data: ['s3://b/k'] } }, 'inputs', 'does_not_exist'],
    [{ inputs: { data: ['datum://0b0e3c5e-6c2f-4c52-9a61-1d2c6b1d8a11'] } }, 'inputs', 'does_not_exist'],
  ])('refuses %j and leaves nothing behind', async (more, field, code) => {
    const before = (await list()).count;
    await expect(create(more)).rejects.toMatchObject({ code: 'invalid', fields: { [field]: [{ code }] } });
    expect((await list()).count).toBe(before);
  });

  it('is for members; others are told as little as they may know', async () => {
    await expect(create({}, viewer)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(create({}, stranger)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('copies another one, with changes', async () => {
    const { execution } = await create({ parameters: { epochs: 2 }, title: 'old' });
    const copy = await copyExecution(owner.context, { execution: execution.id, changes: { title: 'new' } });
    expect(copy.execution).toMatchObject({
      title: 'new',
      interpolated_command: execution.interpolated_command,
    });
    expect(copy.execution.counter).toBeGreaterThan(execution.counter);
  });
});

describe('get and list', () => {
  it('finds by id, counter and latest, for those who may read', async () => {
    const { execution } = await create();
    for (const name of [
      execution.id,
      `${world.projectId}:${execution.counter}`,
      `${world.projectId}:latest`,
    ]) {
      expect((await get(name, viewer)).execution.id).toBe(execution.id);
      await expect(get(name, stranger)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(get('nonsense')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('filters by status, counter, creator and project', async () => {
    const { execution } = await create();
    await stopExecution(owner.context, { execution: execution.id });
    const { counter } = execution;
    expect((await list({ counters: [String(counter), String(counter - 1), 'x'] })).executions.length).toBe(2);
    const incomplete = await list({ statuses: ['incomplete'] });
    expect(incomplete.executions.every(({ status }) => status === 'queued')).toBe(true);
    expect((await list({ statuses: ['stopped', 'error'] })).executions.map(({ id }) => id)).toContain(
      execution.id,
    );
    expect((await list({ statuses: ['nonsense'] })).count).toBe(0);
    expect((await list({ creator: viewer.id })).count).toBe(0);
    await expect(list({ project: 'no uuid' })).rejects.toMatchObject({ code: 'not_found' });
    expect((await list({ project: undefined }, stranger)).count).toBe(0);
  });

  it('pages in order', async () => {
    const all = (await list()).executions.map(({ counter }) => counter);
    const page = await list({ limit: 3, offset: 2, ordering: { field: 'counter', direction: 'desc' } });
    expect(page.executions.map(({ counter }) => counter)).toEqual(all.toReversed().slice(2, 5));
    expect(page.count).toBe(all.length);
  });
});

describe('stop', () => {
  it('ends what waits at once and takes it off the queue', async () => {
    const { execution } = await create();
    const answer = await stopExecution(owner.context, { execution: execution.id });
    expect(answer).toEqual({ status: 'stopped', message: `Execution #${execution.counter} is stopped.` });
    expect(await test.platform.queue.queueMembers(world.slug)).not.toContain(execution.id);
    expect((await auditOf(execution.id)).map(({ action }) => action)).toEqual([
      'execution.create',
      'execution.stop',
    ]);
  });

  it('tells a running one by channel and heartbeat', async () => {
    const run = await startedRun(world);
    const told: string[] = [];
    const leave = test.platform.queue.onStop(world.slug, (id) => told.push(id));
    await expect
      .poll(async () => {
        expect(await stopExecution(owner.context, { execution: run.execution_id })).toMatchObject({
          status: 'stopping',
        });
        return told;
      })
      .toContain(run.execution_id);
    leave();
    const { execution_id: executionId, token } = run;
    expect(await heartbeat(world.worker, { executionId, token })).toMatchObject({ stop: true });
    const report = { status: 'stopped', exit_code: null, reason: 'Stopped', log_lines: 0 } as const;
    await end(world.worker, { executionId, token, ...report });
    expect(await stopExecution(owner.context, { execution: executionId })).toMatchObject({
      message: expect.stringMatching(/already ended \(stopped\)/),
    });
  });

  it('is not for viewers', async () => {
    const { execution } = await create();
    await expect(stopExecution(viewer.context, { execution: execution.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('remove', () => {
  it('hides what has ended, and refuses what has not', async () => {
    const { execution } = await create();
    await expect(removeExecution(owner.context, { execution: execution.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    await stopExecution(owner.context, { execution: execution.id });
    await expect(removeExecution(viewer.context, { execution: execution.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await removeExecution(owner.context, { execution: execution.id });
    await expect(get(execution.id)).rejects.toMatchObject({ code: 'not_found' });
    const ids = async (deleted: boolean) => (await list({ deleted })).executions.map(({ id }) => id);
    expect(await ids(false)).not.toContain(execution.id);
    expect(await ids(true)).toContain(execution.id);
  });
});

describe('while Redis is away', () => {
  it('runs are still made, and stopped; the scheduler rings later', async () => {
    const { queue, settings } = { queue: test.platform.queue, settings: test.platform.queueAddress };
    const away = await connectQueue({ ...settings, user: 'nobody' }, async () => 'wrong');
    const person: Person = {
      ...owner,
      context: { ...owner.context, platform: { ...test.platform, queue: away } },
    };
    const { execution } = await create({}, person);
    expect(execution.status).toBe('queued');
    expect(await queue.queueMembers(world.slug)).not.toContain(execution.id);
    expect(await stopExecution(person.context, { execution: execution.id })).toMatchObject({
      status: 'stopped',
    });
    await away.close();
  });
});

describe('an environment taken out of the config', () => {
  it('keeps what is queued and says why it waits; nothing new is queued there', async () => {
    const other = await makeWorld({ ...test, slug: `${test.slug}-gone` }, owner);
    const put = (in_config: boolean) =>
      test.platform.db
        .updateTable('environments')
        .set({ in_config })
        .where('id', '=', other.environmentId)
        .execute();
    const { execution } = await create({ environment: other.slug });
    await put(false);
    const told = async () => (await get(execution.id)).execution.status_detail;
    expect(await told()).toMatch(`${other.slug} was taken out of the installation's config`);
    await expect(create({ environment: other.slug })).rejects.toMatchObject({ code: 'invalid' });
    await put(true);
    expect(await told()).toMatch(/^Waits: no worker serves environment/);
    await create({ environment: other.slug });
  });
});

describe('a quota', () => {
  it('limits what one person may have unfinished in an environment', async () => {
    const other = await makeWorld({ ...test, slug: `${test.slug}-small` }, owner);
    const { db } = test.platform;
    await db
      .updateTable('environments')
      .set({ per_user_queue_quota: 2 })
      .where('id', '=', other.environmentId)
      .execute();
    const one = () => create({ environment: other.slug });
    const { execution } = await one();
    await one();
    await expect(one()).rejects.toMatchObject({ code: 'conflict', reason: 'quota' });
    await stopExecution(owner.context, { execution: execution.id });
    await one();
  });
});
