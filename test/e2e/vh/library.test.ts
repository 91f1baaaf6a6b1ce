/** The official library inside a job: every feature of it that is in Cove, in each executor (conformance layer 3). */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { officialClient } from '../../setup/python.ts';
import { type Api, oneStep } from '../../support/api.ts';
import { newProject, signIn, start } from '../support.ts';

const STEP = `    parameters:
      - { name: rate, type: float, default: 0.5 }
      - { name: epochs, type: integer, default: 3 }
      - { name: word, type: string, default: "it's" }
      - { name: fast, type: flag }
      - { name: layers, type: integer, multiple: repeat, default: [1, 2] }
    inputs:
      - { name: plain }
      - { name: tree, keep-directories: full }
      - { name: packed }
      - { name: later, download: on-demand }
      - { name: nothing, optional: true }
`;

/** Every line is a promise to who writes jobs; an assertion that fails ends the job with an error. */
const SCRIPT = `
import json, os, time, zipfile
import valohai
from valohai.config import is_running_in_valohai

assert is_running_in_valohai() and not valohai.distributed.is_distributed_task()
valohai.prepare(step="go", default_parameters={"rate": 9.9}, default_inputs={"plain": "https://example.com/never"})
config = valohai.execution().config
assert (config.counter, config.title) == (int(os.environ["COUNTER"]), "All of it") and len(config.id) == 36, config

names = ["rate", "epochs", "word", "fast", "layers"]
values = [valohai.parameters(name).value for name in names]
assert values == [0.25, 7, "it's", True, [3, 4]], values
assert valohai.parameters("unknown", "default").value == "default"

plain = valohai.inputs("plain")
assert open(plain.path()).read() == "one" and plain.stream().read() == b"one"
assert plain.dir_path() == os.path.dirname(plain.path())
tree = valohai.inputs("tree")
below = sorted(os.path.relpath(path, tree.dir_path()) for path in tree.paths())
assert below == ["deep/two.txt", "one.txt"], below
assert [open(path).read() for path in tree.paths("deep/*")] == ["two"]
packed = valohai.inputs("packed")
assert packed.path(process_archives=False).endswith("packed.zip")
assert sorted(stream.read() for stream in packed.streams()) == [b"a", b"b"]
assert open(packed.path("*a.txt")).read() == "a"
later = valohai.inputs("later")
assert os.listdir(later.dir_path()) == [] if os.path.isdir(later.dir_path()) else True
assert open(later.path()).read() == "two"
assert open(later.path(force_download=True)).read() == "two"
assert valohai.inputs("nothing").path() is None and valohai.inputs("nothing").path(default="d") == "d"

valohai.set_status_detail("half way")
with valohai.logger() as log:
    log.log("loss", 0.5, "epoch", 1)
    log.log(accuracy=0.75)
log = valohai.logger()
log.log("loss", 0.25)
log.log("epoch", 2)
log.flush()

with open(valohai.outputs().path("live.txt"), "w") as file: file.write("live")
valohai.outputs().live_upload("live.txt")
with open(valohai.outputs("models").path("deep/model.bin"), "w") as file: file.write("weights")
for name in "ab":
    with open(valohai.outputs().path(f"{name}.csv"), "w") as file: file.write(name)
valohai.outputs().compress("*.csv", "tables.zip")
assert not os.path.exists(valohai.outputs().path("a.csv"))
with valohai.output_properties() as properties:
    properties.add(file="models/deep/model.bin", properties={"valohai.alias": os.environ["ALIAS"], "valohai.tags": ["good"], "origin": "here"})
    version = properties.dataset_version_uri(os.environ["DATASET"], "v1")
    properties.add_to_dataset(file="models/deep/model.bin", dataset_version=version)
    properties.add_to_dataset(file="tables.zip", dataset_version=version)
print("waiting", flush=True)
while not os.path.exists(valohai.outputs().path("done")): time.sleep(0.2)
`;

let api: Api;
let project: { id: string; name: string };
let inputs: Record<string, string[]>;
beforeAll(async () => {
  api = await signIn();
  project = await newProject(api);
  const made = await start(
    api,
    project.id,
    [
      'cd /valohai/outputs && mkdir deep && printf one > one.txt && printf two > deep/two.txt',
      'cd /tmp && printf a > a.txt && printf b > b.txt && python3 -m zipfile -c /valohai/outputs/packed.zip a.txt b.txt',
    ],
    { request: { environment: 'local-process' } },
  );
  const { outputs } = await api.end(made.id);
  const named = (name: string) => `datum://${outputs.find((one) => one.name === name)?.id}`;
  inputs = {
    plain: [named('one.txt')],
    tree: [named('one.txt'), named('deep/two.txt')],
    packed: [named('packed.zip')],
    later: [named('deep/two.txt')],
  };
});

test.each([
  ['local', 'python3'],
  ['local-process', join(dirname(await officialClient()), 'python')],
])('all of it, in %s', async (environment, python) => {
  const [alias, dataset] = [`best-${environment}`, `tables-${environment}`];
  const counter = (await api.ok('GET', `/executions/${project.id}:latest/`)).counter + 1;
  const run = await start(api, project.id, `${python} all.py`, {
    image: 'cove-test/utils:1',
    yaml: STEP,
    files: { 'all.py': SCRIPT },
    request: {
      environment,
      title: 'All of it',
      inputs,
      parameters: { rate: 0.25, epochs: 7, fast: true, layers: [3, 4] },
      environment_variables: { COUNTER: String(counter), ALIAS: alias, DATASET: dataset },
    },
  });
  const log = async () => (await api.log(run.id)).map(({ message }) => message);
  await expect
    .poll(async () => [...(await log()), (await api.ok('GET', `/executions/${run.id}/`)).status].join('\n'), {
      timeout: 60_000,
    })
    .toMatch(/^waiting$|error$/m);
  const running = await api.ok('GET', `/executions/${run.id}/`);
  expect([running.status, running.status_detail], (await log()).join('\n')).toEqual(['started', 'half way']);
  // What was marked as ready is there before the end.
  const listed = async () => (await api.ok('GET', `/data/?output_execution=${run.id}`)).results;
  await expect.poll(listed, { timeout: 20_000 }).toMatchObject([{ name: 'live.txt' }]);
  await api.ok('POST', `/executions/${run.id}/stop/`);

  const ended = await api.end(run.id);
  expect(ended.cumulative_metadata).toMatchObject({ loss: 0.25, epoch: 2, accuracy: 0.75 });
  const data: { name: string; id: string; sha256: string; tags: string[] }[] = await listed();
  expect(data.map(({ name }) => name).sort()).toEqual(['live.txt', 'models/deep/model.bin', 'tables.zip']);
  const model = data.find(({ name }) => name.startsWith('models'))!;
  expect(model.sha256).toBe(createHash('sha256').update('weights').digest('hex'));
  expect(model.tags).toEqual(['good']);
  expect(await api.ok('GET', `/data/${model.id}/`)).toMatchObject({ metadata: { origin: 'here' } });
  const resolved = await api.ok('GET', `/datum-aliases/resolve/?name=${alias}&project=${project.id}`);
  expect(resolved.datum.id).toBe(model.id);
  const sent = await api.importPackage(project.id, {
    'valohai.yaml': oneStep('ls /valohai/inputs/set', 'python:3.12-slim', '    inputs:\n      - name: set\n'),
  });
  const reader = await api.create(project.id, sent, 'go', {
    environment: 'local-process',
    inputs: { set: [`dataset://${dataset}/v1`] },
  });
  expect((await api.end(reader.id)).status).toBe('complete');
  const read = (await api.log(reader.id)).map(({ message }) => message);
  expect(read).toEqual(expect.arrayContaining(['model.bin', 'tables.zip']));
});
