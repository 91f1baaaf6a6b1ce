/** 24: whatever people call things, and whatever values they give, is text: no shell reads it but as the words of a command. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { Api } from '../../support/api.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
let worker: OwnWorker;
/** Where a shell that took a text for a command leaves its mark. */
let marks: string;
beforeAll(async () => {
  marks = await mkdtemp(join(tmpdir(), 'cove-marks-'));
  process.env.MARK = join(marks, 'm');
  at = await testPlatform();
  const person = await at.person('mallory');
  world = await makeWorld(at, person);
  await letWorkersIn(at);
  app = await buildApp(at.platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  api = new Api(url, person.token);
  worker = await ownWorker({ url, token: world.workerToken });
  await worker.start();
});
afterAll(async () => {
  delete process.env.MARK;
  await worker?.close();
  await app?.close();
  await at?.close();
  await rm(marks, { recursive: true });
});

/** For a shell that reads it bare, between double quotes, or between single ones. */
const evil = (name: string) =>
  `x$(touch $MARK-${name})\`touch $MARK-${name}\`";touch $MARK-${name};"';touch $MARK-${name};'|&>${name}`;

test('names of steps, images, files and datasets, titles, tags, parameters and variables run nothing', async () => {
  const [step, image, file] = [evil('step'), evil('image'), evil('file')];
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
    environment_variables: { MARK: join(marks, 'm'), GIVEN: evil('variable'), [evil('name')]: 'x' },
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
});
