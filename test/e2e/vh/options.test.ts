/** The official client: options that the flows do not need, and the commands around them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { admin, installation, signIn } from '../support.ts';
import { Desk, newDesk } from './desk.ts';

const STEPS = `- step:
    name: show
    image: python:3.12-slim
    environment: local-process
    command:
      - echo told; echo wrong >&2; ls; echo "$FROM_GROUP"; printf made > /valohai/outputs/made.txt
    resources:
      devices: { nvidia.com/gpu: 1 }
    cache-volumes: [of-the-step]
`;
let api: Api;
beforeAll(async () => {
  api = await signIn();
});
const temporary = (name: string) => mkdtempSync(join(tmpdir(), `vh-${name}-`));

test('exec run: variable groups, presets and what is asked of Kubernetes arrive as the client means them', async () => {
  const { desk, project } = await newDesk(api, { 'valohai.yaml': STEPS });
  const slug = `preset-${project.name}`;
  const [group] = await Promise.all([
    api.ok('POST', '/environment-variable-groups/', { name: project.name }),
    api.ok('POST', '/runtime-config-presets/', {
      environment: 'local-process',
      name: slug,
      slug,
      runtime_config: { autorestart: true },
    }),
  ]);
  const variable = { name: 'FROM_GROUP', value: 'of the group', secret: false };
  await api.ok('POST', `/environment-variable-groups/${group.id}/environment_variable/`, variable);
  const adhoc = ['exec', 'run', '--adhoc', '-e', 'local-process'];
  const none = ['--k8s-device-none', '--k8s-cache-volume-none'];
  await desk.ok(
    ...[...adhoc, ...none, '--environment-variable-groups', group.id, '--k8s-preset', slug],
    ...['--k8s-memory-min', '64', '--k8s-cpu-max', '2', 'show'],
  );
  await desk.ok(...adhoc, '--k8s-device', 'amd.com/gpu=2', '--k8s-cache-volume', 'shared', 'show');
  const [first, second] = await Promise.all(
    [1, 2].map((counter) => api.ok('GET', `/executions/${project.id}:${counter}/`)),
  );
  const asked = first.runtime_config.kubernetes;
  expect(first).toMatchObject({ runtime_config: { autorestart: true } });
  expect(asked.containers.workload.resources).toMatchObject({
    requests: { memory: 64 },
    limits: { cpu: 2, devices: {} },
  });
  expect(asked.cache_volumes ?? []).toEqual([]);
  expect(second.runtime_config.kubernetes).toMatchObject({
    containers: { workload: { resources: { limits: { devices: { 'amd.com/gpu': 2 } } } } },
    cache_volumes: [{ pvc_name: 'shared' }],
  });
  await api.ok('POST', `/executions/${second.id}/stop/`);
  expect(await api.end(first.id)).toMatchObject({ status: 'complete' });
  expect((await api.log(first.id)).map(({ message }) => message)).toContain('of the group');
  const [both, unknownGroup, unknownPreset] = await Promise.all([
    desk.refused([...adhoc, '--k8s-device', 'a=1', '--k8s-device-none', 'show']),
    desk.refused([...adhoc, ...none, '--environment-variable-groups', 'nobodys', 'show']),
    desk.refused([...adhoc, ...none, '--k8s-preset', 'nobodys', 'show']),
  ]);
  expect(both).toContain('cannot be used together');
  expect(unknownGroup).toMatch(/environment_variable_groups.*nobodys/s);
  expect(unknownPreset).toMatch(/runtime_config_preset.*nobodys/s);
});

test('exec run: what a package holds, and what is done when the run is made', async () => {
  const { desk, project } = await newDesk(api, {
    'valohai.yaml': STEPS.replace(/ {4}resources:[\s\S]*$/, ''),
    'tracked.txt': '1',
  });
  desk.git('init', '-q', '-b', 'main');
  desk.git('add', '.');
  desk.git('commit', '-qm', 'first');
  desk.write({ 'untracked.txt': '2', '.vhignore': 'nothing\n' });
  const [opened, browser, synced] = [
    join(desk.configDir, 'opened'),
    join(desk.configDir, 'browser'),
    temporary('synced'),
  ];
  writeFileSync(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 });
  const adhoc = ['exec', 'run', '--adhoc'];
  const watched = await desk.expectOk(
    [...adhoc, '--no-include-untracked', '--open-browser', '--watch', 'show'],
    {
      env: { BROWSER: `${browser} %s` },
      enough: (shown) => /Status: complete/.test(shown),
    },
  );
  // The client keeps the status that it saw first, so it watches a run until it is interrupted.
  const seen = new AbortController();
  const syncing = desk.run([...adhoc, '-G', '--sync', synced, 'show'], {
    interrupt: seen.signal,
  });
  await expect.poll(() => existsSync(join(synced, 'made.txt')), { timeout: 60_000 }).toBe(true);
  expect(watched).toContain('Execution #1 created');
  const [first, second] = await Promise.all(
    [1, 2].map((counter) => api.ok('GET', `/executions/${project.id}:${counter}/`)),
  );
  const said = async (id: string) => (await api.log(id)).map(({ message }) => message);
  expect(await said(first.id)).toContain('tracked.txt');
  expect(await said(first.id)).not.toContain('untracked.txt');
  expect(await said(second.id)).toContain('untracked.txt');
  expect(readFileSync(join(synced, 'made.txt'), 'utf8')).toBe('made');
  seen.abort();
  expect((await syncing).stderr).not.toContain('Traceback');
  expect(readFileSync(opened, 'utf8').trim()).toBe(first.urls.display);

  writeFileSync(join(synced, 'made.txt'), 'mine');
  const outputs = ['exec', 'outputs', '2', '-d', synced];
  await desk.ok(...outputs);
  expect(readFileSync(join(synced, 'made.txt'), 'utf8')).toBe('mine');
  await desk.ok(...outputs, '--force');
  expect(readFileSync(join(synced, 'made.txt'), 'utf8')).toBe('made');
  const [words, errors, brief, long] = await Promise.all([
    desk.ok('exec', 'logs', '--no-stderr', '--no-status', '2'),
    desk.ok('exec', 'logs', '--no-stdout', '2'),
    desk.ok('project', 'status', '--no-summary', '--no-incomplete'),
    desk.ok('project', 'status'),
  ]);
  expect(words).toContain('told');
  expect(words).not.toContain('wrong');
  expect(errors).toContain('wrong');
  expect(errors).not.toContain('told');
  expect(brief).not.toContain('executions');
  expect(long).toContain('Summary of 2 executions');

  // The steps themselves are left out of the package: the client says so, or the server does.
  desk.write({ '.vhignore': 'valohai.yaml\n' });
  const [checked, unchecked] = await Promise.all([
    desk.refused([...adhoc, '-G', 'show']),
    desk.refused([...adhoc, '-G', '--no-validate-adhoc', 'show']),
  ]);
  for (const refusal of [checked, unchecked]) expect(refusal).toContain('valohai.yaml');
  expect(unchecked).not.toContain('--no-validate-adhoc');
});

test('a project begun by questions, its file checked, packed to be carried away, unlinked, and the login forgotten', async () => {
  const desk = await new Desk().sitDown(api);
  const { name } = (await newDesk(api)).project;
  desk.write({ 'train.py': 'print(1)\n' });
  const answers = ['y', 'python train.py', 'y', 'python:3.12-slim', 'y', 'y', 'n'];
  const begun = await desk.expectOk(['init'], { input: `${answers.join('\n')}\n` });
  expect(begun).toContain('skipping linking');
  expect(readFileSync(join(desk.cwd, 'valohai.yaml'), 'utf8')).toContain('name: Execute python train.py');
  expect(await desk.ok('lint')).toContain('Success');
  desk.write({ 'wrong.yaml': '- step:\n    name: x\n' });
  expect(await desk.refused(['lint', 'wrong.yaml'])).toMatch(/image|command/);

  await desk.ok('project', 'link', name);
  expect(await desk.refused(['init'])).toContain('already linked');
  const pipeline = `from valohai import Pipeline


def main(config) -> Pipeline:
    pipe = Pipeline(name="twice", config=config)
    first, second = pipe.execution("Execute python train.py", name="a"), pipe.execution("Execute python train.py", name="b")
    first.output("*").to(second.input("data"))
    return pipe
`;
  desk.write({
    'pipe.py': pipeline,
    'valohai.yaml': readFileSync(join(desk.cwd, 'valohai.yaml'), 'utf8').replace(
      / {4}#inputs:[\s\S]*$/,
      '    inputs:\n      - name: data\n        optional: true\n',
    ),
  });
  await desk.ok('yaml', 'pipeline', 'pipe.py');
  expect(readFileSync(join(desk.cwd, 'valohai.yaml'), 'utf8')).toContain('name: twice');
  desk.git('init', '-q', '-b', 'main');
  desk.git('add', '.');
  desk.git('commit', '-qm', 'first');
  const parcel = temporary('parcel');
  await desk.ok('parcel', '-d', parcel, '--code', 'archive', '--no-docker-images', '--no-valohai-local-run');
  expect(readdirSync(parcel).sort()).toEqual(['git-commit.tar', 'unparcel.sh']);

  await desk.ok('project', 'unlink', '--yes');
  expect(await desk.refused(['exec', 'list'])).toContain('No project is linked');
  await desk.ok('logout', '--yes');
  expect(await desk.refused(['project', 'list'])).toContain('vh login');
});

test('over HTTPS with the own authority: trusted by its file, or not looked at; else refused in words', async () => {
  const authority = join(installation.home, installation.name, 'certificates/authority.pem');
  expect(existsSync(authority)).toBe(true);
  const host = installation.httpsUrl.replace('127.0.0.1', 'localhost');
  const login = ['login', '--host', host, '-u', admin.username, '-p', admin.password];
  const [trusting, careless, strict] = [new Desk(), new Desk(), new Desk()];
  // An authority that the environment names goes before both options: so does Python's `requests`.
  const env = { REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '' };
  const [, said, refusal] = await Promise.all([
    trusting.expectOk([...login, '--ca-file', authority], { env }),
    careless.expectOk([...login, '--no-verify-ssl'], { env }),
    strict.refused(login, { env }),
  ]);
  expect(said).toContain('SSL verification is off');
  expect(refusal).toMatch(/certificate|SSL/i);
  expect(await trusting.expectOk(['project', 'list'], { env })).not.toContain('verification is off');
});
