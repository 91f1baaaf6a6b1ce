/** What a job finds around it: the files of `/valohai/config` and the platform's variables (contract 3.1, 3.2). */
import { hash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JobSpec } from '../../../app/protocol/worker.ts';
import { addressesOf } from '../../../app/worker/reach.ts';
import { type TestWorker, testWorker } from '../../support/worker.ts';

let at: TestWorker;
let asked = 0;
const words = createServer((_, reply) => {
  asked++;
  reply.end('words');
});
beforeAll(() => new Promise<void>((resolve) => words.listen(0, '127.0.0.1', resolve)));
afterAll(() => void words.close());
beforeEach(async () => {
  at = await testWorker();
  await at.start();
});
afterEach(() => at?.close());

const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));

async function said(command: string, more: object = {}) {
  const run = await at.platform.submit({ command, ...more });
  const end = await run.end;
  const stdout = at.platform.messages(run, 'stdout');
  expect(end.status, at.platform.messages(run).join('\n')).toBe('complete');
  return { run, stdout, status: at.platform.messages(run, 'status').join('\n') };
}

test('ten files: each of the five as JSON and as YAML, saying the same', async () => {
  const { stdout } = await said('cd $VH_CONFIG_DIR; for f in *; do echo "=== $f"; cat "$f"; echo; done', {
    parameters: { rate: 0.5, layers: [1, 2], label: null, word: "it's: yes" },
  });
  const parts = stdout.join('\n').split(/^=== /m).slice(1);
  const files = new Map(parts.map((part) => [part.split('\n', 1)[0]!, part.slice(part.indexOf('\n'))]));
  const names = ['api', 'execution', 'inputs', 'parameters', 'runtime'];
  expect([...files.keys()]).toEqual(names.flatMap((name) => [`${name}.json`, `${name}.yaml`]));
  for (const name of names)
    expect(parse(files.get(`${name}.yaml`)!), name).toEqual(JSON.parse(files.get(`${name}.json`)!));
  expect(JSON.parse(files.get('parameters.json')!)).toEqual({
    rate: 0.5,
    layers: [1, 2],
    label: null,
    word: "it's: yes",
  });
  expect(JSON.parse(files.get('runtime.json')!)).toMatchObject({
    worker: 'test-worker',
    executor: 'process',
    cpu_count: expect.any(Number),
    memory_bytes: expect.any(Number),
  });
});

test('variables that say where the job is, which its own cannot change', async () => {
  const mine = { VH_JOB_ID: 'mine', VH_EXECUTION_ID: 'mine', VH_LOCAL_IP: 'mine', VH_OUTPUTS_DIR: '/mine' };
  const { run, stdout } = await said('env', { variables: { ...mine, OWN: 'yes' } });
  const variables = Object.fromEntries(stdout.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const { execution_id, project } = run.spec;
  expect(variables).toMatchObject({
    OWN: 'yes',
    PYTHONUNBUFFERED: '1',
    VH_JOB_ID: `exec-${execution_id}`,
    VH_EXECUTION_ID: execution_id,
    VH_PROJECT_ID: project.id,
    VH_OUTPUTS_DIR: expect.stringMatching(/outputs$/),
  });
  expect(isIPv4(variables.VH_LOCAL_IP)).toBe(true);
  expect(own).toContain(variables.VH_LOCAL_IP);
  expect(variables.VH_PUBLIC_IP).toBe(variables.VH_LOCAL_IP);
  for (const name of ['VH_TASK_ID', 'VH_PIPELINE_ID', 'VH_PIPELINE_NODE_ID'])
    expect(variables).not.toHaveProperty(name);
});

test('the address by which a machine is found from outside is the operator’s word, where that is an address', async () => {
  const apiUrl = 'http://127.0.0.1:8000';
  const { local } = await addressesOf({ apiUrl });
  const outside = async (address: string) =>
    (await addressesOf({ apiUrl, doors: { listen: '0.0.0.0', address } })).public;
  expect(own).toContain(local);
  expect(await outside('198.51.100.7')).toBe('198.51.100.7');
  expect(await outside('gpu.example.com')).toBe(local);
  expect(await outside('127.0.0.1')).toBe(local);
});

test('an input is kept for later jobs, but for those that want it fresh; VH_CLEAN takes away what was kept', async () => {
  const url = `http://127.0.0.1:${(words.address() as AddressInfo).port}/words`;
  const datum_id = randomUUID();
  const checksums = { md5: null, sha1: null, sha256: hash('sha256', 'words') };
  const file = { name: 'words', uri: `datum://${datum_id}`, url, size: 5, checksums, datum_id, metadata: [] };
  const inputs: JobSpec['inputs'] = [
    { name: 'words', keep_directories: 'none', filename: null, download: 'always', files: [file] },
  ];
  const fetched = async (variables = {}) => {
    const { stdout, status } = await said('cat $VH_INPUTS_DIR/words/*', { inputs, variables });
    expect(stdout).toEqual(['words']);
    return { asked, fromCache: status.includes('from the cache'), status };
  };
  expect(await fetched()).toMatchObject({ asked: 1, fromCache: false });
  expect(await fetched()).toMatchObject({ asked: 1, fromCache: true });
  expect(await fetched({ VH_NO_DATA_CACHE: 'yes' })).toMatchObject({ asked: 2, fromCache: false });
  expect(await fetched({ VH_NO_DATA_CACHE: '0' })).toMatchObject({ asked: 2, fromCache: true });
  const clean = await fetched({ VH_CLEAN: '1' });
  expect(clean).toMatchObject({ asked: 3, fromCache: false });
  expect(clean.status).toContain('VH_CLEAN: 5 bytes that were kept for later jobs are gone');
  expect(await fetched()).toMatchObject({ asked: 4, fromCache: false });
});
