/** What the command line asks of a project of Google Cloud, over HTTP as Google documents it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administratorOf } from '../../../app/cli/clouds/gcp/administrator.ts';
import { openGoogle } from '../../../app/cli/clouds/gcp/api.ts';
import { found } from '../../../app/cli/clouds/gcp/founder.ts';
import { bootLog, lookAtHost, serviceLog } from '../../../app/cli/clouds/gcp/host.ts';
import { APIS, stateBucket } from '../../../app/cli/clouds/gcp/names.ts';
import { bucketObjects } from '../../../app/cli/clouds/gcp/objects.ts';
import { preflight } from '../../../app/cli/clouds/gcp/preflight.ts';
import { parseConfig } from '../../../config/load.ts';
import type { GcpConfig } from '../../../config/schema.ts';

const PROJECT = 'ml-platform-1234';
const place = { projectId: PROJECT, region: 'europe-west4' };
const config = parseConfig(
  `target: gcp
projectId: ${PROJECT}
region: europe-west4
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: zone, zoneId: projects/${PROJECT}/managedZones/example-org}
environments: [{slug: gpu, name: GPU, machineType: n1-standard-4, gpu: {type: nvidia-tesla-t4}, ceiling: 4}]
`,
  'prod.yaml',
) as GcpConfig;

/** What is there: answers by method and path; what is not named is a 404. */
const answers = new Map<string, unknown>();
const asked: { key: string; body: string }[] = [];
let server: Server;
const read = async (request: IncomingMessage) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const key = `${request.method} ${request.url}`;
    asked.push({ key, body: await read(request) });
    if (request.headers.authorization !== 'Bearer token') {
      response.writeHead(401).end('{"error": {"message": "no token"}}');
      return;
    }
    const answer = [...answers].find(([start]) => key.startsWith(start))?.[1];
    if (answer === undefined) response.writeHead(404).end('{"error": {"message": "not found"}}');
    else if (answer instanceof Error)
      response.writeHead(409).end(`{"error": {"message": "${answer.message}"}}`);
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
const google = (token = 'token') =>
  openGoogle({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token });

const services = (names: string[]) => ({
  services: names.map((name) => ({ name: `projects/1/services/${name}`, state: 'ENABLED' })),
});
const REGION = {
  quotas: [
    { metric: 'STATIC_ADDRESSES', limit: 8, usage: 0 },
    { metric: 'NVIDIA_T4_GPUS', limit: 4, usage: 0 },
  ],
};
const ready = () => {
  answers.clear();
  answers.set(`GET /cloudresourcemanager/v3/projects/${PROJECT}`, { state: 'ACTIVE' });
  answers.set(`GET /serviceusage/v1/projects/${PROJECT}/services:batchGet`, services(APIS));
  answers.set(`GET /compute/compute/v1/projects/${PROJECT}/regions/europe-west4`, REGION);
  answers.set(`GET /dns/dns/v1/projects/${PROJECT}/managedZones/example-org`, { dnsName: 'example.org.' });
};
const failures = async () =>
  (await preflight('prod', config, google())).filter(({ level }) => level === 'fail');

test('pre-flight is content with a project that is fit', async () => {
  ready();
  expect(await failures()).toEqual([]);
});

test.each<[string, () => void, RegExp, RegExp]>([
  [
    'no project',
    () => answers.delete(`GET /cloudresourcemanager/v3/projects/${PROJECT}`),
    /does not see/,
    /gcloud projects list/,
  ],
  [
    'an API that is not enabled',
    () =>
      answers.set(
        `GET /serviceusage/v1/projects/${PROJECT}/services:batchGet`,
        services(APIS.filter((name) => !name.startsWith('redis'))),
      ),
    /not enabled: redis\.googleapis\.com/,
    /gcloud services enable redis\.googleapis\.com/,
  ],
  [
    'no zone',
    () => answers.delete(`GET /dns/dns/v1/projects/${PROJECT}/managedZones/example-org`),
    /no zone/,
    /managed-zones list/,
  ],
  [
    'a zone of another name',
    () =>
      answers.set(`GET /dns/dns/v1/projects/${PROJECT}/managedZones/example-org`, { dnsName: 'other.org.' }),
    /zone of other\.org/,
    /right zone/,
  ],
  [
    'too few GPUs',
    () =>
      answers.set(`GET /compute/compute/v1/projects/${PROJECT}/regions/europe-west4`, {
        quotas: [{ metric: 'NVIDIA_T4_GPUS', limit: 1, usage: 0 }],
      }),
    /NVIDIA_T4_GPUS is 1/,
    /lower the ceilings/,
  ],
])('pre-flight tells of %s', async (_what, spoil, finds, cure) => {
  ready();
  spoil();
  const [one, ...more] = await failures();
  expect(more).toEqual([]);
  expect(one?.found).toMatch(finds);
  expect(one?.todo).toMatch(cure);
});

test('a login that has run out is told with its cure', async () => {
  ready();
  const [finding] = await preflight('prod', config, google('old'));
  expect(finding).toMatchObject({ level: 'fail', found: expect.stringContaining('401') });
  expect(finding?.todo).toContain('gcloud auth application-default login');
});

test('init enables APIs, makes bucket and key, and may be run again', async () => {
  answers.clear();
  answers.set(`POST /serviceusage/v1/projects/${PROJECT}/services:batchEnable`, { name: 'operations/1' });
  answers.set('GET /serviceusage/v1/operations/1', { name: 'operations/1', done: true });
  answers.set(`POST /storage/storage/v1/b?project=${PROJECT}`, {});
  answers.set('POST /cloudkms/v1/', {});
  asked.length = 0;
  await found('prod', place, google(), () => {}, 1);
  const bucket = JSON.parse(asked.find(({ key }) => key.includes('/storage/'))?.body ?? '{}');
  expect(bucket).toMatchObject({
    name: stateBucket('prod', place),
    versioning: { enabled: true },
    iamConfiguration: { publicAccessPrevention: 'enforced' },
  });
  answers.set(`POST /storage/storage/v1/b?project=${PROJECT}`, new Error('you own it already'));
  answers.set(`PATCH /storage/storage/v1/b/${stateBucket('prod', place)}`, {});
  answers.set('POST /cloudkms/v1/', new Error('it exists'));
  await found('prod', place, google(), () => {}, 1);
  expect(asked.at(-1)?.key).toContain('/cryptoKeys?cryptoKeyId=state');
});

test('state, first credential, boot log and logs of services', async () => {
  answers.clear();
  const bucket = stateBucket('prod', place);
  const objects = bucketObjects(google(), bucket, 'npx cove init gcp -s prod');
  await expect(objects.list('.pulumi/')).rejects.toThrow(`There is no bucket ${bucket}`);
  answers.set(`GET /storage/storage/v1/b/${bucket}/o?prefix=`, { items: [{ name: '.pulumi/a.json' }] });
  answers.set(`GET /storage/storage/v1/b/${bucket}/o/.pulumi%2Fa.json?alt=media`, '{"a":1}');
  expect(await objects.list('.pulumi/')).toEqual(['.pulumi/a.json']);
  expect(await objects.read('.pulumi/a.json')).toBe('{"a":1}');
  expect(await objects.read('.pulumi/b.json')).toBeNull();

  expect(await administratorOf('prod', config, google())).toBeNull();
  const data = Buffer.from('{"username": "admin", "password": "secret"}').toString('base64');
  answers.set(
    `GET /secretmanager/v1/projects/${PROJECT}/secrets/cove-prod-administrator/versions/latest:access`,
    { payload: { data } },
  );
  expect(await administratorOf('prod', config, google())).toEqual({ username: 'admin', password: 'secret' });

  expect(await bootLog('prod', config, google())).toBeNull();
  expect(await lookAtHost('prod', config, google())).toMatchObject([{ level: 'fail' }]);
  const host = `projects/${PROJECT}/zones/europe-west4-a/instances/cove-prod-app-host-1234`;
  answers.set(`GET /compute/compute/v1/projects/${PROJECT}/aggregated/instances`, {
    items: {
      'zones/europe-west4-a': {
        instances: [{ selfLink: `https://x/compute/v1/${host}`, creationTimestamp: '2026-01-01T00:00:00Z' }],
      },
    },
  });
  answers.set(`GET /compute/compute/v1/${host}/serialPort?port=1`, { contents: 'booted\n' });
  answers.set('POST /logging/v2/entries:list', {
    entries: [{ jsonPayload: { message: 'second' } }, { jsonPayload: { message: 'first' } }],
  });
  expect(await bootLog('prod', config, google())).toBe('booted\n');
  expect(await serviceLog('prod', config, 'api', 10, google())).toBe('first\nsecond');
});
