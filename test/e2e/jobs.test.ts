/** What a job may do to the platform, and what its owner is told. Every one runs in a real container. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../support/api.ts';
import { newProject, signIn, start } from './support.ts';

let api: Api;
let project: string;
beforeAll(async () => {
  api = await signIn();
  project = (await newProject(api)).id;
});
const messages = async (id: string, stream?: string) =>
  (await api.log(id)).filter((e) => stream === undefined || e.stream === stream).map((e) => e.message);

test('parameters, environment variables, metadata, outputs with checksums', async () => {
  const run = await start(
    api,
    project,
    [
      "python3 -c \"import json; print(json.dumps({'epoch': 1, 'loss': 0.5}))\"",
      'echo {parameters} $GREETING',
      'test -f /valohai/config/parameters.json && test "$PWD" = /valohai/repository',
      'mkdir -p $VH_OUTPUTS_DIR/deep && printf hello > $VH_OUTPUTS_DIR/deep/file.txt',
    ],
    {
      yaml: '    parameters:\n      - name: rate\n        type: float\n        default: 0.1\n',
      request: {
        parameters: { rate: 0.25 },
        environment_variables: { GREETING: 'good day', VH_DOCKER_NETWORK: 'host' },
      },
    },
  );
  const ended = await api.end(run.id);
  expect(ended.status).toBe('complete');
  // What the worker does not follow it says.
  expect((await messages(run.id, 'status')).join('\n')).toContain('VH_DOCKER_NETWORK=host changes nothing');
  expect(await messages(run.id, 'stdout')).toContain('--rate=0.25 good day');
  expect(ended.cumulative_metadata).toMatchObject({ epoch: 1, loss: 0.5 });
  const [datum] = (await api.ok('GET', `/data/?output_execution=${run.id}`)).results;
  expect(datum).toMatchObject({ name: 'deep/file.txt', size: 5 });
  expect(datum.sha256).toBe(createHash('sha256').update('hello').digest('hex'));
  expect((await api.download(datum.id)).toString()).toBe('hello');
});

test('a non-zero exit is an error that names the code, with the outputs kept', async () => {
  const run = await start(api, project, 'echo kept > /valohai/outputs/kept.txt && echo no >&2 && exit 3');
  const ended = await api.end(run.id);
  expect(ended).toMatchObject({ status: 'error', exit_code: 3 });
  expect(await messages(run.id, 'stderr')).toEqual(['no']);
  expect((await messages(run.id, 'status')).join('\n')).toMatch(/exit(ed with)? code 3/i);
  expect(ended.outputs.map((o) => o.name)).toEqual(['kept.txt']);
});

test('an input is fetched from a host of this machine that the config names, and from no other name of it', async () => {
  const server = createServer((_, reply) => reply.end('words\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ended = async (host: string) => {
    const yaml = '    inputs:\n      - name: words\n';
    const request = { inputs: { words: [`http://${host}:${port}/words.txt`] } };
    const run = await start(api, project, 'cat /valohai/inputs/words/words.txt', { yaml, request });
    return { ...(await api.end(run.id)), said: (await messages(run.id)).join('\n') };
  };
  expect(await ended('127.0.0.1')).toMatchObject({
    status: 'complete',
    said: expect.stringMatching(/^words$/m),
  });
  expect(await ended('localhost')).toMatchObject({
    status: 'error',
    said: expect.stringContaining('trustedInputHosts'),
  });
  server.close();
});

test('a missing image is named', async () => {
  const run = await start(api, project, 'true', { image: 'no-such-registry.invalid/nothing:1' });
  const ended = await api.end(run.id);
  expect(ended.status).toBe('error');
  expect(ended.status_detail).toContain('no-such-registry.invalid/nothing:1');
});

test('an unknown step and bad YAML are refused with the reason and the line', async () => {
  const commit = await api.importPackage(project, {
    'valohai.yaml': '- step:\n    name: a\n    image: b\n    command: c\n',
  });
  const unknown = await api.call('POST', '/executions/', { project, commit, step: 'nonsense' });
  expect(unknown.status).toBe(400);
  expect(JSON.stringify(unknown.body)).toContain('nonsense');
  const broken = await api.importPackage(project, { 'valohai.yaml': '- step:\n    name: a\n   image: [\n' });
  const refused = await api.call('POST', '/executions/', { project, commit: broken, step: 'a' });
  expect(refused.status).toBe(400);
  expect(JSON.stringify(refused.body)).toMatch(/line 3|:3/);
});

test('100,000 lines arrive, each once and in order', async () => {
  const run = await start(api, project, 'seq 1 100000');
  await api.end(run.id, 120);
  const lines = await messages(run.id, 'stdout');
  expect(lines.length).toBe(100_000);
  expect(lines.every((line, i) => line === String(i + 1))).toBe(true);
});

test('a line of 10 MB arrives whole, in marked pieces', async () => {
  const run = await start(api, project, `python3 -c "print('x' * 10_000_000)"`);
  expect((await api.end(run.id)).status).toBe('complete');
  const total = (await messages(run.id, 'stdout')).join('').match(/x/g)?.length;
  expect(total).toBe(10_000_000);
});

test('binary on stdout harms nothing', async () => {
  const run = await start(api, project, 'head -c 200000 /dev/urandom; echo; echo after');
  expect((await api.end(run.id)).status).toBe('complete');
  expect((await messages(run.id, 'stdout')).at(-1)).toBe('after');
});

test('an output of 1 GB', async () => {
  const run = await start(api, project, 'head -c 1073741824 /dev/zero > /valohai/outputs/big.bin');
  const ended = await api.end(run.id, 180);
  expect(ended.status).toBe('complete');
  expect(ended.outputs).toMatchObject([{ name: 'big.bin', size: 1_073_741_824 }]);
  await api.ok('POST', `/data/${ended.outputs[0]?.id}/purge/`);
});

test('stop during the run: what was printed and written before is kept', async () => {
  const run = await start(api, project, 'echo x > /valohai/outputs/x && echo begun && sleep 600');
  await api.until(run.id, (r) => r.status === 'started');
  await expect.poll(() => messages(run.id), { timeout: 20_000 }).toContain('begun');
  await api.ok('POST', `/executions/${run.id}/stop/`);
  const ended = await api.end(run.id, 30);
  expect(ended.status).toBe('stopped');
  expect(ended.outputs.map((o) => o.name)).toEqual(['x']);
});

test('stop while it waits in the queue', async () => {
  const long = await start(api, project, 'sleep 600');
  await api.until(long.id, (r) => r.status === 'started');
  const waiting = await start(api, project, 'echo never');
  await api.ok('POST', `/executions/${waiting.id}/stop/`);
  expect((await api.end(waiting.id, 5)).status).toBe('stopped');
  await api.ok('POST', `/executions/${long.id}/stop/`);
  expect((await api.end(long.id, 30)).status).toBe('stopped');
});

test('stop during the pull of an image', async () => {
  // A registry that takes the request and never answers; the engine trusts plain HTTP on loopback.
  const asked = Promise.withResolvers<void>();
  const registry = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const { port } = registry.address() as AddressInfo;
  const run = await start(api, project, 'true', { image: `127.0.0.1:${port}/slow:1` });
  await asked.promise;
  await api.ok('POST', `/executions/${run.id}/stop/`);
  expect((await api.end(run.id, 20)).status).toBe('stopped');
  registry.closeAllConnections();
  registry.close();
});

test('stop during the upload: the end is told, and what is listed is whole', async () => {
  const run = await start(api, project, 'head -c 400000000 /dev/zero > /valohai/outputs/big && echo written');
  await expect.poll(() => messages(run.id), { timeout: 60_000 }).toContain('written');
  await api.ok('POST', `/executions/${run.id}/stop/`);
  const ended = await api.end(run.id, 60);
  expect(['complete', 'stopped']).toContain(ended.status);
  for (const output of ended.outputs) {
    expect(output.size).toBe(400_000_000);
    await api.ok('POST', `/data/${output.id}/purge/`);
  }
});

test('a secret variable never appears in the log', async () => {
  await api.ok('POST', `/projects/${project}/environment_variable/`, {
    name: 'PASS',
    value: 'hunter2-very-secret',
    secret: true,
  });
  const run = await start(api, project, 'echo "pass=$PASS" && echo "$PASS" | base64');
  expect((await api.end(run.id)).status).toBe('complete');
  const log = (await messages(run.id)).join('\n');
  expect(log).toContain('pass=');
  expect(log).not.toContain('hunter2-very-secret');
  expect(log).not.toContain(Buffer.from('hunter2-very-secret\n').toString('base64').slice(0, 20));
  await api.ok('DELETE', `/projects/${project}/environment_variable/`, { name: 'PASS' });
});
