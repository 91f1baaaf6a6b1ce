/** What `docs/` tells to type to the API, typed as it stands there; a notebook's address is asked for where one runs (e2e/vh). */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { Api } from '../../support/api.ts';
import { lacks } from '../../support/machine.ts';
import { blocksOf, pagesThatCall, type } from '../../support/pages.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { makeWorld, startedRun, type World } from '../../support/runs.ts';
import { S3_LOGIN, startS3 } from '../../support/stores.ts';

describe.skipIf(lacks('curl') ?? lacks('jq') ?? lacks('stores'))('typed from the page', () => {
  let at: TestPlatform;
  let world: World;
  let app: App;
  let api: Api;
  let url: string;
  let bucket: Awaited<ReturnType<typeof startS3>>;
  const typed = new Set<string>();
  beforeAll(async () => {
    [at, bucket] = await Promise.all([testPlatform(), startS3('measurements')]);
    const ada = await at.person('ada');
    const acme = await at.operator('acme', [[ada, 'owner']]);
    const { db, trustedStoreHosts } = at.platform;
    world = await makeWorld(at, { ...ada, organizationId: acme });
    await db.updateTable('projects').set({ name: 'iris' }).where('id', '=', world.projectId).execute();
    const group = JSON.stringify({ kind: 'aws', region: 'eu-north-1', group: 'cove-test-cpu' });
    const row = { executor: 'docker' as const, ceiling: 8, machine_group: group, machine_type: 't3.small' };
    const rows = ['cpu', 'gpu'].map((slug) => ({ ...row, slug, name: slug }));
    await db.insertInto('environments').values(rows).execute();
    trustedStoreHosts.push(new URL(bucket.endpoint).host);
    app = await buildApp(at.platform);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    api = new Api(url, ada.token);
    await api.ok('POST', '/teams/', { name: 'vision', organization: 'acme' });
  });
  afterAll(async () => {
    await app?.close();
    await at?.close();
    await bucket?.stop();
  });

  /** The block of a page that holds these words, typed; what each of its calls answered. */
  async function typeBlock(
    page: string,
    words: string,
    { edits = {}, env = {} }: { edits?: Record<string, string>; env?: Record<string, string> } = {},
  ) {
    const block = blocksOf(page).find((one) => one.includes(words)) ?? '';
    typed.add(`${page}: ${block}`);
    const here = { 'http://127.0.0.1:8000': url, 'https://cove.example.com': url, 'TOKEN=…': 'TOKEN=$MINE' };
    const mine = { TOKEN: api.token, MINE: api.token, HOST: url, PROJECT: world.projectId };
    const said = await type(page, block, { ...here, ...edits }, { ...mine, ...env });
    return said.map((text) => JSON.parse(text));
  }

  test('api.md: the first calls, and a group of variables', async () => {
    const [root, list] = await typeBlock('api.md', 'status=error');
    expect(root.executions).toBe(`${url}/api/v0/executions/`);
    expect(list).toEqual({ count: 0, next: null, previous: null, results: [] });
    await typeBlock('api.md', 'warehouse', { edits: { '"value": "…"': '"value": "open sesame"' } });
    const { results } = await api.ok('GET', '/environment-variable-groups/');
    expect(results).toMatchObject([
      { name: 'warehouse', environment_variables: { PGPASSWORD: { secret: true, value: null } } },
    ]);
  });

  test('sharing.md: quotas, an owner, and why a job waits', async () => {
    const { id } = await api.ok('POST', '/quotas/', { owner: 'acme', kind: 'project', max_running: 1 });
    const answers = await typeBlock('sharing.md', '/quotas/', { env: { ID: id } });
    const most = (one: { kind: string; subject: { name: string } | null; max_running: number }) => [
      one.kind,
      one.subject?.name ?? null,
      one.max_running,
    ];
    const made = [
      ['user', null, 4],
      ['user', 'ada', 8],
      ['team', 'vision', 20],
      ['project', 'iris', 2],
    ];
    expect(answers).toHaveLength(6);
    expect(answers.slice(0, 4).map(most)).toEqual(made);
    expect(answers[4].results.map(most)).toEqual(expect.arrayContaining([...made, ['project', null, 1]]));
    expect(most(answers[5])).toEqual(['project', null, 10]);
    expect((await api.ok('GET', '/quotas/')).results).toHaveLength(4);

    await typeBlock('sharing.md', '/owner/');
    expect(await api.ok('GET', '/environments/gpu/')).toMatchObject({
      owner: { name: 'acme' },
      team: { name: 'vision' },
    });

    const run = { environment: world.slug };
    await startedRun(world, run);
    await startedRun(world, run);
    const waits = await api.create(world.projectId, world.identifier, 'plain', run);
    const [why] = await typeBlock('sharing.md', '/waiting/', { env: { EXECUTION: waits.id } });
    expect(why).toMatchObject({
      waiting: true,
      reason: 'quota',
      message: 'Waits: 2 of at most 2 executions of the project iris run.',
      cure: expect.any(String),
      numbers: { running: 2, most: 2 },
      estimate: null,
    });
  });

  test('environments.md: machines of an environment', async () => {
    await typeBlock('environments.md', 'scale_min');
    const schedule = [{ cron: '0 8 * * 1-5', timezone: 'Europe/Helsinki', minutes: 600, min: 1 }];
    expect(await api.ok('GET', '/environments/cpu/')).toMatchObject({
      scale_min: 0,
      scale_max: 4,
      scale_down_grace_period: 15,
      scale_schedule: schedule,
    });
  });

  test('data-stores.md and data.md: a store, files in it, an alias, a login for images', async () => {
    const { accessKeyId, secretAccessKey } = S3_LOGIN;
    const page = 'data-stores.md';
    const edits = {
      '"region": "eu-west-1"': `"region": "us-east-1", "endpoint_url": "${bucket.endpoint}"`,
      '"access_key_id": "…", "secret_access_key": "…"': `"access_key_id": "${accessKeyId}", "secret_access_key": "${secretAccessKey}"`,
    };
    const make = () => typeBlock(page, '"name": "measurements"', { edits });
    const [first] = await make();
    expect(first).toMatchObject({ name: 'measurements', type: 's3' });
    const [list, changed] = await typeBlock(page, 'allow_write', { env: { STORE: first.id } });
    expect(list.results).toContainEqual(expect.objectContaining({ id: first.id, allow_write: true }));
    expect(changed).toMatchObject({ id: first.id, allow_write: false });
    expect((await api.call('GET', `/stores/${first.id}/`)).status).toBe(404);

    const [store] = await make();
    await typeBlock(page, 'default_store');
    expect(await api.ok('GET', `/projects/${world.projectId}/`)).toMatchObject({
      default_store: { id: store.id, name: 'measurements' },
      upload_store_id: store.id,
    });
    await mkdir(join(bucket.folder, 'measurements/2026'));
    await writeFile(join(bucket.folder, 'measurements/2026/iris.csv'), '5.1,3.5\n');
    const [adopted] = await typeBlock(page, '/adopt/', { env: { STORE: store.id } });
    const datum = adopted.created['s3://measurements/2026/iris.csv'];
    expect((await api.download(datum)).toString()).toBe('5.1,3.5\n');

    const own = { '<id>': world.projectId, '<id of a file>': datum };
    const [alias] = await typeBlock('data.md', 'datum-aliases', { edits: own });
    expect(alias).toMatchObject({ name: 'best', datum: { id: datum } });

    const login = { '"username": "…", "password": "…"': '"username": "robot", "password": "its own"' };
    const [credential] = await typeBlock(page, 'registry-credentials', { edits: login });
    expect(credential).toMatchObject({ type: 'docker', image_pattern: 'registry.example.com/team/*' });
    expect(JSON.stringify(credential)).not.toContain('its own');
  });

  test('no page tells anything else', () => {
    const pages = pagesThatCall().filter((page) => page !== 'vh.md');
    const all = pages.flatMap((page) => blocksOf(page).map((block) => `${page}: ${block}`));
    expect([...typed].sort()).toEqual(all.sort());
    expect(blocksOf('vh.md')).toHaveLength(1);
  });
});
