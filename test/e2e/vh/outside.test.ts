/** The official library outside a job: a script on a data scientist's own machine, with the client's login (contract 1.10). */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { officialClient } from '../../setup/python.ts';
import type { Api } from '../../support/api.ts';
import { signIn, start } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

const script = (inputs: Record<string, string>) => `
import valohai
valohai.prepare(step="train", image="python:3.12-slim", environment="local-process",
                default_inputs=${JSON.stringify(inputs)}, default_parameters={"epochs": 3, "rate": 0.5})
assert not valohai.config.is_running_in_valohai() and valohai.distributed.is_distributed_task() is False
for name in ${JSON.stringify(Object.keys(inputs))}:
    print(name, open(valohai.inputs(name).path()).read(), valohai.inputs(name).path())
with valohai.logger() as log: log.log("epochs", valohai.parameters("epochs").value)
valohai.set_status_detail("nobody hears this")
with open(valohai.outputs().path("model.txt"), "w") as f: f.write("weights")
print("wrote", valohai.outputs().path("model.txt"))
`;
let api: Api;
let desk: Desk;
let project: { id: string; name: string };
let datum: string;
let python: string;
beforeAll(async () => {
  python = join(dirname(process.env.COVE_TEST_VH ?? (await officialClient())), 'python');
  api = await signIn();
  ({ desk, project } = await newDesk(api));
  const run = await start(api, project.id, 'printf 5.1,3.5 > /valohai/outputs/iris.csv', {
    request: { environment: 'local-process' },
  });
  datum = (await api.end(run.id)).outputs[0]!.id;
  await api.ok('POST', '/datum-aliases/', { project: project.id, name: 'iris', datum });
});

/** As somebody types `python train.py` at a desk; what it printed, both ways. */
async function run(at: Desk, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: at.cwd, env: { PATH: process.env.PATH, VALOHAI_CONFIG_DIR: at.configDir } };
  const ended = promisify(execFile)(python, ['train.py', ...args], options);
  return ended.then((said) => ({ code: 0, ...said })).catch((error) => error);
}

test('inputs by id and by alias are fetched and checked; the same script then is a step', async () => {
  desk.write({ 'train.py': script({ by_id: `datum://${datum}`, by_alias: 'datum://iris' }) });
  const first = await run(desk, '--epochs', '7');
  expect(first, first.stderr).toMatchObject({ code: 0 });
  const kept = (name: string) => join('.valohai/inputs/train', name, 'iris.csv');
  for (const name of ['by_id', 'by_alias']) {
    expect(first.stdout).toContain(`${name} 5.1,3.5`);
    expect(readFileSync(join(desk.cwd, kept(name)), 'utf8')).toBe('5.1,3.5');
  }
  expect(first.stdout).toContain('{"epochs": 7}');
  expect(first.stderr).not.toContain('Status detail');
  const [, written = ''] = /^wrote (.*)$/m.exec(first.stdout) ?? [];
  expect(readFileSync(join(desk.cwd, written), 'utf8')).toBe('weights');

  await desk.ok('yaml', 'step', 'train.py');
  expect(await desk.ok('lint')).toContain('Success');
  await desk.ok('exec', 'run', '--adhoc', 'train');
  const sent = await api.ok('GET', `/executions/${project.id}:latest/`);
  expect(sent).toMatchObject({ step: 'train', parameters: { epochs: 3, rate: 0.5 } });
  expect(sent.inputs.map(({ name, urls }: { name: string; urls: string[] }) => [name, urls])).toEqual([
    ['by_id', [`datum://${datum}`]],
    ['by_alias', [`datum://${datum}`]],
  ]);
  await api.ok('POST', `/executions/${sent.id}/stop/`);
});

test('what is not there, not theirs or not named by a project is an error, and leaves no file', async () => {
  const other = await newDesk(await colleague(api));
  const unlinked = await new Desk().sitDown(api);
  const gone = await start(api, project.id, 'printf 1 > /valohai/outputs/gone.txt', {
    request: { environment: 'local-process' },
  });
  const purged = (await api.end(gone.id)).outputs[0]!.id;
  await api.ok('POST', `/data/${purged}/purge/`);
  const cases: [Desk, string, RegExp][] = [
    [desk, `datum://${randomUUID()}`, /Not Found|does not exist/i],
    [desk, 'datum://nobody', /Not Found|does not exist/i],
    [desk, `datum://${purged}`, /purged/],
    [other.desk, `datum://${datum}`, /Not Found|does not exist/i],
    [other.desk, 'datum://iris', /Not Found|does not exist/i],
    [unlinked, 'datum://iris', /without a project/],
  ];
  for (const [at, uri, words] of cases) {
    at.write({ 'train.py': script({ asked: uri }) });
    const { code, stderr } = await run(at);
    expect(code, `${uri}: ${stderr}`).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(words);
    expect(existsSync(join(at.cwd, '.valohai/inputs/train/asked/iris.csv'))).toBe(false);
  }
});
