/** What the command line asks of a project of Google Cloud, over HTTP as Google documents it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administratorOf, resetPassword } from '../../../app/cli/clouds/gcp/administrator.ts';
import { openGoogle } from '../../../app/cli/clouds/gcp/api.ts';
import { found } from '../../../app/cli/clouds/gcp/founder.ts';
import { bootLog, lookAtHost, serviceLog } from '../../../app/cli/clouds/gcp/host.ts';
import { APIS, stateBucket } from '../../../app/cli/clouds/gcp/names.ts';
import { bucketObjects } from '../../../app/cli/clouds/gcp/objects.ts';
import { PERMISSIONS } from '../../../app/cli/clouds/gcp/permissions.ts';
import { preflight } from '../../../app/cli/clouds/gcp/preflight.ts';
import { parseConfig } from '../../../config/load.ts';
import type { GcpConfig } from '../../../config/schema.ts';

const PROJECT = 'ml-platform-1234';
const place = { projectId: PROJECT, region: 'europe-west4' };
const TEXT = `target: gcp
projectId: ${PROJECT}
region: europe-west4
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: zone, zoneId: projects/${PROJECT}/managedZones/example-org}
environments: [{slug: gpu, name: GPU, machineType: n1-standard-4, gpu: {type: nvidia-tesla-t4}, ceiling: 4}]
`;
const configOf = (more = '') => parseConfig(`${TEXT}${more}`, 'prod.yaml') as GcpConfig;
const config = configOf();

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
    const answer = [...answers]
      .sort(([one], [other]) => other.length - one.length)
      .find(([start]) => key.startsWith(start))?.[1];
    if (answer === undefined) response.writeHead(404).end('{"error": {"message": "not found"}}');
    else if (answer instanceof Error)
      response.writeHead(409).end(`{"error": {"message": "${answer.message}"}}`);
    else if (typeof answer === 'function') response.end(JSON.stringify(answer()));
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
const COMPUTE = `GET /compute/compute/v1/projects/${PROJECT}`;
const ZONES = ['a', 'b', 'c'].map((letter) => `europe-west4-${letter}`);
const REGION = {
  zones: ZONES.map((zone) => `https://www.googleapis.com/compute/v1/projects/${PROJECT}/zones/${zone}`),
  quotas: [
    { metric: 'STATIC_ADDRESSES', limit: 8, usage: 0 },
    { metric: 'NVIDIA_T4_GPUS', limit: 4, usage: 0 },
  ],
};
const ready = () => {
  answers.clear();
  answers.set(`GET /cloudresourcemanager/v3/projects/${PROJECT}`, { state: 'ACTIVE' });
  answers.set(`GET /serviceusage/v1/projects/${PROJECT}/services:batchGet`, services(APIS));
  answers.set(`POST /cloudresourcemanager/v3/projects/${PROJECT}:testIamPermissions`, {
    permissions: PERMISSIONS,
  });
  answers.set(`${COMPUTE}/regions/europe-west4/subnetworks`, {});
  answers.set(`${COMPUTE}/regions/europe-west4`, REGION);
  for (const zone of ZONES) {
    answers.set(`${COMPUTE}/zones/${zone}/machineTypes/n1-standard-4`, { guestCpus: 4 });
    answers.set(`${COMPUTE}/zones/${zone}/acceleratorTypes/nvidia-tesla-t4`, {});
  }
  answers.set(`GET /dns/dns/v1/projects/${PROJECT}/managedZones/example-org`, { dnsName: 'example.org.' });
};
const findings = async (level: 'fail' | 'warn', of = config) =>
  (await preflight('prod', of, google())).filter((one) => one.level === level);
const failures = (of = config) => findings('fail', of);

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
      answers.set(`${COMPUTE}/regions/europe-west4`, {
        ...REGION,
        quotas: [{ metric: 'NVIDIA_T4_GPUS', limit: 0, usage: 0 }],
      }),
    /NVIDIA_T4_GPUS: 0/,
    /lower the ceilings/,
  ],
  [
    'a machine type that the region lacks',
    () => ZONES.map((zone) => answers.delete(`${COMPUTE}/zones/${zone}/machineTypes/n1-standard-4`)),
    /europe-west4 has no n1-standard-4/,
    /gcloud compute machine-types list/,
  ],
  [
    'rights that the login has not',
    () =>
      answers.set(`POST /cloudresourcemanager/v3/projects/${PROJECT}:testIamPermissions`, {
        permissions: PERMISSIONS.filter((one) => !one.startsWith('redis')),
      }),
    /has not redis\.instances\.create/,
    /docs\/gcp-permissions\.json/,
  ],
])('pre-flight tells of %s', async (_what, spoil, finds, cure) => {
  ready();
  spoil();
  const [one, ...more] = await failures();
  expect(more).toEqual([]);
  expect(one?.found).toMatch(finds);
  expect(one?.todo).toMatch(cure);
});

test('pre-flight warns of what is enough only at first', async () => {
  ready();
  answers.set(`${COMPUTE}/regions/europe-west4/subnetworks`, {
    items: [
      { network: `https://x/projects/${PROJECT}/global/networks/default`, ipCidrRange: '10.20.4.0/24' },
    ],
  });
  answers.set(`${COMPUTE}/regions/europe-west4`, {
    ...REGION,
    quotas: [{ metric: 'NVIDIA_T4_GPUS', limit: 1, usage: 0 }],
  });
  answers.delete(`${COMPUTE}/zones/${ZONES[0]}/acceleratorTypes/nvidia-tesla-t4`);
  const found = (await findings('warn')).map((one) => one.found);
  expect(found).toEqual([
    'nvidia-tesla-t4 is in europe-west4-b, europe-west4-c alone',
    'NVIDIA_T4_GPUS: 1, 0 in use',
    `10.20.0.0/16 overlaps projects/${PROJECT}/global/networks/default (10.20.4.0/24)`,
  ]);
  expect(await failures()).toEqual([]);
});

test('pre-flight looks at machine images', async () => {
  ready();
  const image = (name: string) => `projects/${PROJECT}/global/images/${name}`;
  answers.set(`GET /compute/compute/v1/${image('family/docker')}`, {
    status: 'READY',
    architecture: 'ARM64',
  });
  const images = `{appHost: ${image('gone')}, worker: ${image('family/docker')}}`;
  expect((await failures(configOf(`machineImages: ${images}\n`))).map(({ found }) => found)).toEqual([
    `there is no ${image('gone')}`,
    `${image('family/docker')} is for ARM64`,
  ]);
});

const NETWORK = `projects/${PROJECT}/global/networks/company`;
const subnetId = (name: string) => `projects/${PROJECT}/regions/europe-west4/subnetworks/${name}`;
const existing = (more = '') =>
  configOf(
    `network: {kind: existing, networkId: ${NETWORK}, subnetIds: {appHost: ${subnetId('app')}, workers: ${subnetId('workers')}}${more}}\n`,
  );
const link = (name: string) => `https://www.googleapis.com/compute/v1/${name}`;
const company = () => {
  ready();
  answers.set(`GET /compute/compute/v1/${NETWORK}`, {});
  for (const [index, name] of ['app', 'workers'].entries())
    answers.set(`GET /compute/compute/v1/${subnetId(name)}`, {
      selfLink: link(subnetId(name)),
      network: link(NETWORK),
      ipCidrRange: `10.9.${index}.0/24`,
      privateIpGoogleAccess: true,
      purpose: 'PRIVATE',
    });
  const nextHopGateway = link(`projects/${PROJECT}/global/gateways/default-internet-gateway`);
  answers.set(`${COMPUTE}/global/routes`, {
    items: [{ network: link(NETWORK), destRange: '0.0.0.0/0', nextHopGateway }],
  });
  answers.set(`${COMPUTE}/regions/europe-west4/routers`, {
    items: [
      {
        network: link(NETWORK),
        nats: [
          {
            sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
            subnetworks: [{ name: link(subnetId('app')) }, { name: link(subnetId('workers')) }],
          },
        ],
      },
    ],
  });
};

test('an existing network is looked at before anything is made: subnets, routes, NAT, services', async () => {
  company();
  expect(await failures(existing())).toEqual([]);
  answers.set(`${COMPUTE}/regions/europe-west4/routers`, {});
  expect((await failures(existing())).map(({ found }) => found)).toEqual([
    `${subnetId('app')} has no NAT`,
    `${subnetId('workers')} has no NAT`,
  ]);
  company();
  answers.set(`GET /compute/compute/v1/${NETWORK}`, {
    peerings: [{ name: 'servicenetworking-googleapis-com', state: 'ACTIVE' }],
  });
  const range = { name: 'google', purpose: 'VPC_PEERING', network: link(NETWORK), prefixLength: 28 };
  answers.set(`${COMPUTE}/global/addresses`, { items: [range] });
  expect((await failures(existing())).map(({ todo }) => todo)).toEqual(['Say network.serviceAccess: true.']);
  const shared = existing(', serviceAccess: true');
  expect((await failures(shared)).map(({ found }) => found)).toEqual([
    "its ranges for Google's services are /28",
  ]);
  // What an earlier `up` has made is no obstacle.
  answers.set(`${COMPUTE}/global/addresses`, { items: [{ ...range, name: 'cove-prod-services' }] });
  expect(await failures(existing())).toEqual([]);
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

  const metadata = { fingerprint: 'abc', items: [{ key: 'user-data', value: '#cloud-config' }] };
  answers.set(`GET /compute/compute/v1/${host}`, { metadata });
  const latest = `GET /secretmanager/v1/projects/${PROJECT}/secrets/cove-prod-administrator/versions/latest`;
  answers.set(latest, { name: 'versions/1' });
  answers.set(`POST /compute/compute/v1/${host}/setMetadata`, () => {
    answers.set(latest, { name: 'versions/2' });
    return {};
  });
  await resetPassword('prod', config, google(), 1);
  const sent = JSON.parse(asked.find(({ key }) => key.endsWith('/setMetadata'))?.body ?? '{}');
  expect(sent).toMatchObject({ fingerprint: 'abc' });
  expect(sent.items.map(({ key }: { key: string }) => key)).toEqual(['user-data', 'cove-password-reset']);

  answers.set('POST /logging/v2/entries:list', {
    entries: [{ jsonPayload: { message: 'second' } }, { jsonPayload: { message: 'first' } }],
  });
  expect(await bootLog('prod', config, google())).toBe('booted\n');
  expect(await serviceLog('prod', config, 'api', 10, google())).toBe('first\nsecond');
});
