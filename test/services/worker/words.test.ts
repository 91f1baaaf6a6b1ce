/** 24: whatever people call things, and whatever values they give, is text: no shell reads it but as the words of a command. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { Api } from '../../support/api.ts';
import { dockerSocket, PYTHON_IMAGE } from '../../support/docker.ts';
import { lacks } from '../../support/machine.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { ownWorker } from '../../support/worker.ts';

let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
/** Where a shell that took a text for a command leaves its mark: one of the machine, and one of a job without a container. */
let marks: string;
beforeAll(async () => {
  marks = await mkdtemp(join(tmpdir(), 'cove-marks-'));
  process.env.MARK = join(marks, 'm');
  at = await testPlatform();
  const person = await at.person('mallory');
  world = await makeWorld(at, person);
  app = await buildApp(at.platform);
  api = new Api(await app.listen({ host: '127.0.0.1', port: 0 }), person.token);
});
afterAll(async () => {
  delete process.env.MARK;
  await app?.close();
  await at?.close();
  await rm(marks, { recursive: true });
});

/** For a shell that reads it bare, between double quotes, or between single ones. */
const evil = (name: string) =>
  `x$(touch $MARK-${name})\`touch $MARK-${name}\`";touch $MARK-${name};"';touch $MARK-${name};'|&>${name}`;

const NAMES =
  'names of steps, images, files and datasets, titles, tags, parameters and variables run nothing';

test(NAMES, () => hostileJob('process', { image: evil('image'), mark: join(marks, 'm') }));

// In a container a mark is an output more than there may be.
test.skipIf(lacks('image'))(`in a container, too, ${NAMES}`, async () => {
  await hostileJob('docker', { image: PYTHON_IMAGE, mark: '/valohai/outputs/m' });
  await withWorker('docker', async () => {
    for (const image of [
      evil('image'),
      `$(touch ${join(marks, 'm')}):1`,
      `${PYTHON_IMAGE};touch$IFS$MARK-image`,
    ]) {
      const yaml = JSON.stringify([{ step: { name: 'one', image, command: 'true' } }]);
      const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
      const { id } = await api.create(world.projectId, commit, 'one', { environment: world.environmentId });
      expect(await api.end(id)).toMatchObject({
        status: 'error',
        status_detail: expect.stringContaining(image),
      });
    }
  });
  expect(await readdir(marks)).toEqual([]);
});

async function withWorker(executor: 'docker' | 'process', work: () => Promise<void>): Promise<void> {
  await letWorkersIn(at, executor);
  const worker = await ownWorker(
    { url: api.base, token: world.workerToken },
    { executors: [executor], dockerSocket },
  );
  try {
    await worker.start();
    await work();
  } finally {
    await worker.close();
  }
}

const hostileJob = (executor: 'docker' | 'process', given: { image: string; mark: string }) =>
  withWorker(executor, () => runWords(given));

async function runWords({ image, mark }: { image: string; mark: string }): Promise<void> {
  const [step, file] = [evil('step'), evil('file')];
  const parameters = [
    { name: evil('parameter'), type: 'string' },
    { name: 'many', multiple: 'repeat', 'pass-as': '--{name} {value}' },
    { name: 'joined', multiple: 'separate' },
  ];
  const command = [
    'printf "%s\\n" {parameters} {parameter-value:joined} "$GIVEN" "$VH_INPUTS_DIR"/*/* ./*',
    'cp -r ./* "$VH_OUTPUTS_DIR"; rm "$VH_OUTPUTS_DIR"/valohai.yaml',
    'for f in "$VH_OUTPUTS_DIR"/*; do printf \'{"valohai.alias": "a;$(touch $MARK-alias)", "valohai.dataset-versions": ["dataset://d`touch $MARK-set`/1"]}\' > "$f.metadata.json"; done',
  ];
  const inputs = [{ name: evil('in').slice(0, 64), optional: true, 'keep-directories': 'full' }];
  const yaml = JSON.stringify([{ step: { name: step, image, command, parameters, inputs } }]);
  const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml, [file]: 'content' });
  const request = {
    environment: world.environmentId,
    title: evil('title'),
    tags: [evil('tag')],
    parameters: {
      [evil('parameter')]: evil('value'),
      many: [evil('one'), evil('two')],
      joined: [evil('joined'), '\n$(touch $MARK-line)'],
    },
    environment_variables: { MARK: mark, GIVEN: evil('variable'), [evil('name')]: 'x' },
  };
  const run = async (more = {}) => {
    const ended = await api.end(
      (await api.create(world.projectId, commit, step, { ...request, ...more })).id,
    );
    const said = (await api.log(ended.id)).map(({ message }) => message);
    expect(ended, said.join('\n')).toMatchObject({
      status: 'complete',
      title: request.title,
      tags: request.tags,
    });
    return { outputs: ended.outputs, said };
  };
  const first = await run();
  expect(first.outputs.map(({ name }) => name)).toEqual([file]);
  const { said } = await run({ inputs: { [inputs[0]!.name]: [`datum://${first.outputs[0]?.id}`] } });
  const words = [`--${evil('parameter')}=${evil('value')}`, evil('one'), evil('variable'), `./${file}`];
  expect(said).toEqual(expect.arrayContaining(words));
  expect(said.some((line) => line.endsWith(`/${inputs[0]!.name}/${file}`))).toBe(true);
  expect(await readdir(marks)).toEqual([]);
}
