import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { cove, coveOk } from '../support/installation.ts';
import { installation, signIn } from './support.ts';

const first = inject('firstUp');

test('up proves the platform with a job in a container and says where everything is', async () => {
  expect(first.code).toBe(0);
  expect(first.stdout).toContain(installation.httpsUrl.replace('127.0.0.1', 'localhost'));
  expect(first.stdout).toContain('admin');
  expect(first.stdout).not.toContain('unproven');
  const api = await signIn();
  const projects = await api.ok('GET', '/projects/');
  const example = projects.results.find((p: { name: string }) => p.name === 'example');
  const runs = await api.ok('GET', `/executions/?project=${example.id}`);
  expect(runs.results[0]).toMatchObject({ status: 'complete', environment: { slug: 'local' } });
  expect(runs.results[0].commit.identifier).toMatch(/^[0-9a-f]{40}$/);
  const data = await api.ok('GET', `/data/?output_execution=${runs.results[0].id}`);
  expect(data.results.length).toBeGreaterThanOrEqual(2);
});

test('up again changes nothing', async () => {
  const again = await coveOk(installation, ['up', '--yes', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ changes: 0 });
});

test('status knows every service and that containers are proven', async () => {
  const status = JSON.parse((await coveOk(installation, ['status', '--json'])).stdout);
  const names = status.services.map((s: { name: string }) => s.name);
  expect(names).toEqual(expect.arrayContaining(['postgres', 'redis', 'vault', 'api', 'scheduler']));
  expect(status.services.every((s: { health: string }) => s.health === 'ok')).toBe(true);
  expect(status.container).toBe('proven');
});

test('HTTP/2 on the secure port, with a certificate of the own authority', async () => {
  const authority = await readFile(join(installation.home, installation.name, 'certificates/authority.pem'));
  const session = connect(installation.httpsUrl.replace('127.0.0.1', 'localhost'), { ca: authority });
  const request = session.request({ ':path': '/api/v0/' });
  const status = await new Promise((resolve, reject) => {
    session.once('error', reject);
    request.once('response', (headers) => resolve(headers[':status']));
    request.end();
  });
  expect(session.alpnProtocol).toBe('h2');
  expect(status).toBeLessThan(500);
  session.close();
});

test('secrets: put from standard input, listed by name, removed', async () => {
  await coveOk(installation, ['secret', 'put', 'warehouse'], { input: 's3cret-value\n' });
  const list = await coveOk(installation, ['secret', 'list']);
  expect(list.stdout).toContain('warehouse');
  expect(list.stdout).not.toContain('s3cret-value');
  await coveOk(installation, ['secret', 'remove', 'warehouse', '--yes']);
  expect((await coveOk(installation, ['secret', 'list'])).stdout).not.toContain('warehouse');
});

test('doctor finds nothing to mend', async () => {
  const doctor = JSON.parse((await coveOk(installation, ['doctor', '--json'])).stdout);
  expect(doctor.checks.filter((c: { ok: boolean }) => !c.ok)).toEqual([]);
});

test('an unknown service or command is told with exit code 2, without a stack trace', async () => {
  for (const args of [['logs', 'nonsense'], ['nonsense']]) {
    const outcome = await cove(installation, args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  }
});

test('the checkout stays clean of state', () => {
  expect(existsSync(join(import.meta.dirname, '../../Pulumi.e2e.yaml'))).toBe(false);
});
