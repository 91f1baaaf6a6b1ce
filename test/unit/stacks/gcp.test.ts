/** The Google Cloud stack as a program, without the engine: what it registers, and what of it holds or shows data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../app/cli/clouds/gcp/permissions.ts';
import { NEEDED, operatorPermissions, operatorRole } from '../../../components/gcp/permissions/operator.ts';
import { GCP } from './gcp-resources.ts';
import { GCP_CONFIGS, type Registered, record } from './recorded.ts';
import { ROWS } from './resources.ts';

let registered: Registered[];
const of = (type: string) => registered.filter((one) => one.type === type);
beforeAll(async () => {
  registered = [];
  for (const config of GCP_CONFIGS) registered.push(...(await record(config)));
}, 60_000);

test('every type that is registered has a row of the table, and every type of the table is registered', () => {
  const types = new Set(
    registered.map(({ type }) => type).filter((type) => /^(gcp|random|cove:image):/.test(type)),
  );
  const rows = new Set(Object.values(GCP).flatMap((made) => (typeof made === 'string' ? [] : made)));
  expect([...rows].sort()).toEqual([...types].sort());
  expect(Object.keys(GCP).sort()).toEqual(ROWS.map(({ need }) => need).sort());
});

test('every type has its permissions, and none is asked for in vain; docs/gcp-permissions.json says them (else: npm run generate)', () => {
  const types = registered.map(({ type }) => type).filter((type) => /^(gcp|cove:image):/.test(type));
  expect(Object.keys(NEEDED).sort()).toEqual([...new Set(types)].sort());
  const page = join(import.meta.dirname, '../../../docs/gcp-permissions.json');
  expect(readFileSync(page, 'utf8')).toBe(operatorRole());
  for (const one of operatorPermissions()) expect(one).toMatch(/^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/);
  // What pre-flight asks about is in the role that the page offers.
  expect(operatorPermissions()).toEqual(expect.arrayContaining([...PERMISSIONS]));
});

test('what holds data is guarded, by the cloud too', () => {
  for (const { inputs } of of('gcp:sql/databaseInstance:DatabaseInstance')) {
    expect(inputs).toMatchObject({ deletionProtection: true });
    expect(inputs.settings).toMatchObject({
      deletionProtectionEnabled: true,
      finalBackupConfig: { enabled: true },
      ipConfiguration: { ipv4Enabled: false, sslMode: 'ENCRYPTED_ONLY' },
    });
  }
  for (const { inputs } of of('gcp:storage/bucket:Bucket'))
    expect(inputs).toMatchObject({ forceDestroy: false, publicAccessPrevention: 'enforced' });
});

test('no secret is in user data, no machine has a public address, and workers have no grant of their own', () => {
  const templates = of('gcp:compute/instanceTemplate:InstanceTemplate');
  expect(templates.length).toBeGreaterThan(3);
  for (const { inputs } of templates) {
    // What the made-up provider answers for generated passwords and keys.
    expect(JSON.stringify(inputs.metadata)).not.toContain('x'.repeat(48));
    const [nic] = inputs.networkInterfaces as object[];
    expect(nic).not.toHaveProperty('accessConfigs');
  }
  const granted = registered.map(({ inputs }) => String(inputs.member ?? ''));
  expect(granted.filter((member) => member.includes(':worker@'))).toEqual([]);
});

test('machines without a service account keep jobs from the metadata service', () => {
  const [worker] = of('gcp:compute/instanceTemplate:InstanceTemplate').filter(
    ({ name }) => name === 'worker-gpu',
  );
  expect(JSON.stringify(worker?.inputs.metadata)).toContain('cove-metadata.service');
});

test('a host is made anew where the application is dead, and not where a database fails over', () => {
  const paths = of('gcp:compute/healthCheck:HealthCheck').map(({ name, inputs }) => [
    name,
    (inputs.httpHealthCheck as { requestPath: string }).requestPath,
  ]);
  expect(Object.fromEntries(paths)).toEqual({ alive: '/livez', api: '/healthz' });
  const healed = of('gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager').flatMap(
    ({ inputs }) => (inputs.autoHealingPolicies === undefined ? [] : [inputs.autoHealingPolicies]),
  );
  expect(healed.length).toBeGreaterThan(0);
  for (const policy of healed) expect(policy).toMatchObject({ healthCheck: 'alive-id' });
  for (const kind of ['backendService:BackendService', 'regionBackendService:RegionBackendService'])
    expect(of(`gcp:compute/${kind}`).map(({ inputs }) => inputs.healthChecks)).toEqual(['api-id']);
});
