/** Who may use an environment, how much at a time, and when nobody may: owners, quotas and pauses over the API. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claim } from '../../../app/core/workers/claim.ts';
import type { JobSpec } from '../../../app/protocol/worker.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { makeWorld, type World } from '../../support/runs.ts';

let platform: TestPlatform;
let api: TestApp;
let world: World;
/** Of the operator; of the lab its owner; a member in the team, and one who is not. */
let [root, ada, bob, eve] = [] as unknown as [Person, Person, Person, Person];
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  const people = await Promise.all(['root', 'ada', 'bob', 'eve'].map((name) => platform.person(name)));
  [root, ada, bob, eve] = people as [Person, Person, Person, Person];
  await platform.operator('operator', [[root, 'admin']]);
  const lab = await platform.organization('lab', [
    [ada, 'owner'],
    [bob, 'member'],
    [eve, 'member'],
  ]);
  world = await makeWorld(platform, { ...ada, organizationId: lab });
  for (const name of ['vision'])
    expect((await call(ada, 'POST', '/teams/', { name, organization: 'lab' })).status).toBe(201);
  const { body } = await call(ada, 'GET', '/teams/');
  await call(ada, 'POST', `/teams/${body.results[0].id}/members/`, { username: 'bob' });
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

const call = (as: Person, method: string, path: string, json?: object) =>
  api.call(method, `/api/v0${path}`, { as, ...(json === undefined ? {} : { json }) });
const run = (as: Person, more: object = {}) =>
  call(as, 'POST', '/executions/', {
    project: world.projectId,
    commit: world.identifier,
    step: 'plain',
    environment: world.slug,
    ...more,
  });
const notebook = (as: Person) =>
  call(as, 'POST', '/notebook-executions/', {
    project: world.projectId,
    image: 'jupyter',
    environment: world.slug,
  });
const give = (as: Person, owner: string | null) =>
  call(as, 'PUT', `/environments/${world.slug}/owner/`, { owner });
const listed = async (as: Person) =>
  (await call(as, 'GET', '/environments/')).body.results.map(({ slug }: { slug: string }) => slug);
const take = (claimId = randomUUID()) =>
  claim(world.worker, { executionId: randomUUID(), claimId, baseUrl: 'http://cove.test:8000' }).catch(
    ({ reason }) => reason,
  );
/** Takes one, and ends it. */
const finish = async (): Promise<JobSpec> => {
  const job = (await take()) as JobSpec;
  const end = { status: 'complete', exitCode: 0, reason: '' } as const;
  await platform.platform.runs.end(job.execution_id, job.token, end);
  return job;
};
const stopAll = async () => {
  const { body } = await call(ada, 'GET', '/executions/?status=incomplete');
  for (const { id } of body.results) await call(ada, 'POST', `/executions/${id}/stop/`);
};

describe('an environment of a team', () => {
  test('is for the team and who administers, in lists, executions, copies, notebooks and defaults', async () => {
    const before = (await run(eve)).body.id;
    expect((await give(root, 'lab:vision')).body).toMatchObject({
      owner: { name: 'lab' },
      team: { name: 'vision' },
    });
    expect([await listed(bob), await listed(ada)]).toEqual([[world.slug], [world.slug]]);
    expect(await listed(eve)).toEqual([]);
    for (const person of [ada, bob]) {
      expect((await run(person)).status).toBe(201);
      expect((await notebook(person)).status).toBe(201);
      expect((await call(person, 'POST', `/executions/${before}/copy/`)).status).toBe(201);
    }
    const refused = [
      await run(eve),
      await notebook(eve),
      await call(eve, 'POST', `/executions/${before}/copy/`),
    ];
    expect(refused.map(({ status, body }) => [status, body.environment?.[0].code])).toEqual(
      refused.map(() => [400, 'does_not_exist']),
    );
    const settings = `/projects/${world.projectId}/`;
    expect((await call(eve, 'PATCH', settings, { default_environment: world.slug })).status).toBe(400);
    expect((await call(bob, 'PATCH', settings, { default_environment: world.slug })).status).toBe(200);
    // A default that is not for everybody is never replaced by another one in silence.
    const byDefault = await run(eve, { environment: undefined });
    expect(byDefault).toMatchObject({ status: 400, body: { environment: [{ code: 'does_not_exist' }] } });
    expect((await call(eve, 'GET', `/environments/${world.slug}/`)).status).toBe(404);
    await call(bob, 'PATCH', settings, { default_environment: null });
    await stopAll();
  });

  test('keeps its team from being deleted', async () => {
    const { id } = (await call(ada, 'GET', '/teams/')).body.results[0];
    const kept = await call(ada, 'DELETE', `/teams/${id}/`);
    expect(kept).toMatchObject({ status: 409, body: { message: expect.stringContaining(world.slug) } });
  });
});

describe('an environment of one person', () => {
  test('is for nobody else, in whatever project that person works', async () => {
    await give(root, 'eve');
    expect((await run(eve)).status).toBe(201);
    expect((await run(ada)).status).toBe(400);
    expect((await give(ada, 'lab')).status).toBe(404);
    expect((await give(bob, 'lab')).status).toBe(404);
    // Hers to give, but not to who is not hers.
    expect((await give(eve, 'lab')).status).toBe(403);
    expect((await give(eve, null)).status).toBe(403);
    await stopAll();
    expect((await give(root, null)).body.owner).toBeNull();
    const { rows } = await platform.platform.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'environment.assign')
      .orderBy('id')
      .execute()
      .then((rows) => ({ rows }));
    expect(rows.map(({ properties }) => properties)).toMatchObject([
      { owner: 'lab:vision', before: null },
      { owner: 'eve', before: 'lab:vision' },
      { owner: null, before: 'eve' },
    ]);
  });
});

describe('a pause', () => {
  test('keeps what waits waiting, says who and why, and ends with a ring', async () => {
    await give(root, 'lab');
    const path = `/environments/${world.slug}`;
    expect((await call(bob, 'POST', `${path}/pause/`)).status).toBe(403);
    const { body } = await call(ada, 'POST', `${path}/pause/`, { reason: 'new disks' });
    expect(body).toMatchObject({ paused: true, paused_by: 'ada', pause_reason: 'new disks' });
    const { id } = (await run(bob)).body;
    expect(await platform.platform.queue.waitForJob(world.slug, 1)).toBe(id);
    expect(await take()).toBe('not_claimable');
    const said = /is paused by ada since .*: new disks/;
    expect((await call(bob, 'GET', `/executions/${id}/`)).body).toMatchObject({
      status: 'queued',
      status_detail: expect.stringMatching(said),
    });
    expect((await call(bob, 'GET', `/executions/${id}/waiting/`)).body).toMatchObject({
      waiting: true,
      reason: 'paused',
      message: expect.stringMatching(said),
      cure: expect.stringContaining('resumes it'),
    });
    const list = await call(bob, 'GET', '/executions/?status=queued');
    expect(list.body.results[0].status_detail).toMatch(/is paused: new disks/);
    expect((await call(ada, 'POST', `${path}/resume/`)).body).toMatchObject({
      paused: false,
      paused_at: null,
    });
    expect(await platform.platform.queue.waitForJob(world.slug, 1)).toBe(id);
    const { execution_id, token } = (await take()) as JobSpec;
    expect(execution_id).toBe(id);
    await platform.platform.runs.end(id, token, { status: 'complete', exitCode: 0, reason: '' });
  });
});

describe('rules of an environment', () => {
  test('its images hold for executions, copies and notebooks, and for what waits already', async () => {
    await give(root, 'lab');
    const rule = (as: Person, allowed_images: string[]) =>
      call(as, 'PATCH', `/environments/${world.slug}/`, { allowed_images });
    expect((await rule(bob, [])).status).toBe(403);
    const waits = (await run(bob)).body.id;
    const changed = await rule(ada, ['docker.io/library/python', 'docker.io/team/*']);
    expect(changed.body.allowed_images).toEqual(['docker.io/library/python', 'docker.io/team/*']);

    const refused = [
      await run(bob),
      await notebook(bob),
      await call(bob, 'POST', `/executions/${waits}/copy/`),
    ];
    for (const { status, body } of refused) {
      expect([status, body.image?.[0].code]).toEqual([400, 'not_allowed']);
      expect(body.image[0].message).toMatch(/allowed are: docker.io\/library\/python, docker.io\/team\/\*/);
    }
    expect(await take()).toBe('not_claimable');
    expect((await call(bob, 'GET', `/executions/${waits}/`)).body).toMatchObject({
      status: 'error',
      status_detail: expect.stringMatching(/image alpine:3 is not allowed in environment/),
    });
    expect((await run(bob, { image: 'python:3.12-slim' })).status).toBe(201);
    expect(await finish()).toMatchObject({ image: 'python:3.12-slim' });
    await rule(ada, []);
    expect((await run(bob)).status).toBe(201);
    await stopAll();
  });

  test('its variables are in every job, under those of the project', async () => {
    const set = { environment_variables: { WHERE: 'lab', MODE: 'of the environment' } };
    expect((await call(bob, 'PATCH', `/environments/${world.slug}/`, set)).status).toBe(403);
    const { body } = await call(ada, 'PATCH', `/environments/${world.slug}/`, set);
    expect(body).toMatchObject(set);
    const variable = { name: 'MODE', value: 'of the project', secret: false };
    await call(ada, 'POST', `/projects/${world.projectId}/environment_variable/`, variable);
    await run(bob);
    const job = await finish();
    expect(job.environment_variables).toMatchObject({ WHERE: 'lab', MODE: 'of the project' });
    await call(ada, 'DELETE', `/projects/${world.projectId}/environment_variable/`, { name: 'MODE' });
    await call(ada, 'PATCH', `/environments/${world.slug}/`, { environment_variables: {} });
    await stopAll();
  });
});

describe('quotas', () => {
  test('are set by administrators, seen by members, kept at the claim, and raised at once', async () => {
    const wish = { owner: 'lab', kind: 'user', subject: null, max_running: 1 };
    expect((await call(bob, 'POST', '/quotas/', wish)).status).toBe(403);
    const { body: each } = await call(ada, 'POST', '/quotas/', wish);
    expect(each).toMatchObject({ kind: 'user', subject: null, max_running: 1, running: null });
    expect((await call(ada, 'POST', '/quotas/', wish)).body.subject[0].code).toBe('unique');
    expect((await call(ada, 'POST', '/quotas/', { ...wish, subject: 'nobody' })).body.subject[0].code).toBe(
      'does_not_exist',
    );
    const own = await call(ada, 'POST', '/quotas/', { ...wish, subject: 'eve', max_running: 0 });
    expect((await call(bob, 'GET', '/quotas/')).body.results).toHaveLength(2);
    const { name } = (await call(ada, 'GET', `/projects/${world.projectId}/`)).body;
    for (const [kind, subject] of [
      ['team', 'vision'],
      ['project', name],
      ['project', world.projectId],
    ]) {
      const { status, body } = await call(ada, 'POST', '/quotas/', {
        ...wish,
        kind,
        subject,
        max_running: 9,
      });
      if (subject !== world.projectId) expect([status, body.subject.name]).toEqual([201, subject]);
      else expect(body.subject[0].code).toBe('unique');
    }
    expect((await call(root, 'GET', '/quotas/')).body.results).toEqual([]);
    for (const person of [eve, bob, bob]) expect((await run(person)).status).toBe(201);
    expect(await take()).toMatchObject({ execution_id: expect.any(String) });
    expect(await take()).toBe('not_claimable');
    const waiting = (await call(bob, 'GET', '/executions/?status=queued')).body.results;
    const whyOf = async ({ id }: { id: string }) =>
      (await call(bob, 'GET', `/executions/${id}/waiting/`)).body;
    const reasons = await Promise.all(waiting.map(whyOf));
    expect(reasons.map(({ reason, numbers }) => [reason, numbers.running, numbers.most]).sort()).toEqual([
      ['quota', 0, 0],
      ['quota', 1, 1],
    ]);
    // Emptied, as workers that had no luck leave it.
    const { queue } = platform.platform;
    for (const id of await queue.queueMembers(world.slug)) await queue.removeFromQueue(world.slug, id);
    await call(ada, 'PATCH', `/quotas/${own.body.id}/`, { max_running: 5 });
    expect(await queue.waitForJob(world.slug, 1)).not.toBeNull();
    expect(await take()).toMatchObject({ execution_id: expect.any(String) });
    expect(await take()).toBe('not_claimable');
    expect((await call(bob, 'GET', `/quotas/${own.body.id}/`)).body).toMatchObject({
      subject: { name: 'eve' },
      running: 1,
    });
    for (const { id } of [each, own.body])
      expect((await call(ada, 'DELETE', `/quotas/${id}/`)).status).toBe(204);
    expect(await take()).toMatchObject({ execution_id: expect.any(String) });
    const actions = await platform.platform.db
      .selectFrom('audit')
      .select('action')
      .where('action', 'like', 'quota.%')
      .orderBy('id')
      .execute();
    expect(actions.map(({ action }) => action)).toEqual([
      'quota.create',
      'quota.create',
      'quota.create',
      'quota.create',
      'quota.update',
      'quota.delete',
      'quota.delete',
    ]);
  });
});
