/** Inside a job: the official library, unmodified, by every way that its jobs here are run (conformance, layer 3). */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { officialClient } from '../../setup/python.ts';
import { Api } from '../../support/api.ts';
import { dockerSocket, UTILS_IMAGE } from '../../support/docker.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

const MAKE = `
import os, zipfile, tarfile, valohai
os.makedirs(valohai.outputs('sub').dir_path + '/sub', exist_ok=True)
for name in ('plain.txt', 'sub/deep.txt', 'later/wait.txt'):
    with open(valohai.outputs().path(name), 'w') as f: f.write('content of ' + name)
with zipfile.ZipFile(valohai.outputs().path('pack.zip'), 'w') as z:
    z.writestr('in/one.txt', 'one'); z.writestr('in/two.txt', 'two')
`;
const USE = `
import json, os, time, valohai, yaml
assert valohai.config.is_running_in_valohai()
config = valohai.execution().config
assert config.id == os.environ['VH_EXECUTION_ID'] and config.counter > 1 and config.title == 'Uses all', config
# The library tells the type of a value on the command line from that in the file.
value = lambda name: (type(valohai.parameters(name).value).__name__, valohai.parameters(name).value)
valohai.prepare(step='use', default_parameters={'rate': 9.9})
assert (value('rate'), value('scale'), value('tiny')) == (('float', 0.25), ('float', 1.0), ('float', 1e-05))
assert (value('seed'), value('quick')) == (('int', 1234567890123456789), ('bool', False))
assert value('layers') == ('list', [1, 2])
folder = os.environ['VH_CONFIG_DIR']
assert repr(yaml.safe_load(open(folder + '/parameters.yaml'))) == repr(json.load(open(folder + '/parameters.json')))
read = lambda path: open(path).read()
assert read(valohai.inputs('plain').path()) == 'content of plain.txt'
assert valohai.inputs('plain').path().startswith(valohai.inputs('plain').dir_path())
folders = valohai.inputs('folders')
assert folders.path('sub/*').endswith('/folders/sub/deep.txt') and folders.stream().read() == b'content of sub/deep.txt'
later = valohai.inputs('later')
expected = os.path.join(later.dir_path(), 'later/wait.txt')
assert not os.path.exists(expected)
assert later.path() == expected and read(expected) == 'content of later/wait.txt'
assert sorted(read(p) for p in valohai.inputs('pack').paths()) == ['one', 'two']
assert valohai.inputs('pack').path(process_archives=False).endswith('pack.zip')
assert valohai.inputs('nothing').path(default='none') == 'none'
valohai.set_status_detail('half way')
with valohai.logger() as log: log.log('epoch', 1); log.log(accuracy=0.5)
with valohai.output_properties() as properties:
    properties.add(file='model.bin', properties={'kind': 'net', 'valohai.alias': 'best-NAME', 'valohai.tags': ['good']})
    properties.add_to_dataset(file='model.bin', dataset_version=properties.dataset_version_uri('set-NAME', 'v1'))
    properties.add_to_dataset(file='parts/a.txt', dataset_version='dataset://set-NAME/v1')
with open(valohai.outputs().path('model.bin'), 'w') as f: f.write('weights')
with open(valohai.outputs('parts').path('a.txt'), 'w') as f: f.write('a')
for n in '12':
    with open(valohai.outputs('images').path(n + '.txt'), 'w') as f: f.write(n)
valohai.outputs().compress('images/*.txt', 'images.zip')
live = valohai.outputs().path('live.txt')
with open(live, 'w') as f: f.write('live')
valohai.outputs().live_upload('live.txt')
began = time.time()
while os.path.exists(live):
    assert time.time() - began < 30, 'the file was not taken'
    time.sleep(0.1)
print('all is well')
`;
const yaml = (image: string, python: string) => `
- step:
    name: make
    image: ${image}
    command: ${python} make.py
- step:
    name: use
    image: ${image}
    command: ${python} use.py {parameter:rate} {parameter:scale} {parameter:tiny} {parameter:seed} {parameter:quick}
    parameters:
      - {name: rate, type: float, default: 0.25}
      - {name: scale, type: float, default: 1.0}
      - {name: tiny, type: float, default: 0.00001}
      - {name: seed, type: integer, default: 1234567890123456789}
      - {name: quick, type: flag}
      - {name: layers, type: integer, multiple: repeat, default: [1, 2]}
    inputs:
      - name: plain
      - {name: folders, keep-directories: full}
      - {name: later, keep-directories: full, download: on-demand}
      - name: pack
      - {name: nothing, optional: true}
`;

describe.each(['process', 'docker'] as const)('by the executor %s', (executor) => {
  let at: TestPlatform;
  let world: World;
  let app: App;
  let api: Api;
  let worker: OwnWorker;
  let python: string;
  beforeAll(async () => {
    python = executor === 'docker' ? 'python3' : join(dirname(await officialClient()), 'python');
    at = await testPlatform();
    const person = await at.person('wanda');
    world = await makeWorld(at, person);
    await letWorkersIn(at, executor);
    app = await buildApp(at.platform);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    api = new Api(url, person.token);
    const where = executor === 'docker' ? { executors: [executor], dockerSocket } : {};
    worker = await ownWorker({ url, token: world.workerToken }, where);
    await worker.start();
  });
  afterAll(async () => {
    await worker?.close();
    await app?.close();
    await at?.close();
  });

  test('everything that it offers to a job works, and is seen afterwards', async () => {
    const files = { 'make.py': MAKE, 'use.py': USE.replaceAll('NAME', executor) };
    const commit = await api.importPackage(world.projectId, {
      'valohai.yaml': yaml(executor === 'docker' ? UTILS_IMAGE : 'none', python),
      ...files,
    });
    const environment = world.environmentId;
    const made = await api.end((await api.create(world.projectId, commit, 'make', { environment })).id, 90);
    const log = (await api.log(made.id)).map(({ message }) => message).join('\n');
    expect(made.status, log).toBe('complete');
    const uri = (name: string) => `datum://${made.outputs.find((output) => output.name === name)?.id}`;
    const inputs = {
      plain: uri('plain.txt'),
      folders: uri('sub/deep.txt'),
      later: uri('later/wait.txt'),
      pack: uri('pack.zip'),
    };
    const request = { environment, inputs, title: 'Uses all' };
    const { id } = await api.create(world.projectId, commit, 'use', request);
    const used = await api.end(id, 90);
    const said = (await api.log(id)).map(({ message }) => message).join('\n');
    expect(used.status, said).toBe('complete');
    expect(said).toContain('all is well');
    expect(used.cumulative_metadata).toEqual({ epoch: 1, accuracy: 0.5 });
    const names = ['images.zip', 'live.txt', 'model.bin', 'parts/a.txt'];
    expect(used.outputs.map(({ name }) => name).sort()).toEqual(names);
    const data = (await api.ok('GET', `/data/?output_execution=${id}&name=model.bin`)).results;
    expect(data).toMatchObject([
      { aliases: [`best-${executor}`], tags: ['good'], metadata: { kind: 'net' } },
    ]);
    const versions = (await api.ok('GET', `/dataset-versions/?project=${world.projectId}`)).results;
    expect(versions).toMatchObject([{ uri: `dataset://set-${executor}/v1`, files: 2, immutable: true }]);
    const taken = (await api.ok('GET', `/data/?input_execution=${id}`)).results;
    expect(taken.map((datum: { name: string }) => datum.name).sort()).toEqual([
      'later/wait.txt',
      'pack.zip',
      'plain.txt',
      'sub/deep.txt',
    ]);
  }, 120_000);
});
