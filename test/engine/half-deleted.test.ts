/** An installation of which a part was deleted by hand, while it ran: `up` mends it, or says what cannot be mended. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installationStatus } from '../../stacks/services.ts';
import { planInstallation } from '../support/installation.ts';
import { until } from '../support/process.ts';
import { processesOf } from '../support/processes.ts';
import { Driven } from './support.ts';

const all = process.env.COVE_TEST_ALL === 'true';
const PARTS = ['settings', 'data', 'keys/approle-api.json', 'supervisor', 'state/.pulumi'];
/** Which come back in the same way: only with `--all`. */
const MORE = ['certificates', 'logs', 'example.git', 'data/redis'];

let it: Driven;
let folder: string;
beforeAll(async () => {
  it = new Driven(await planInstallation('half'));
  folder = join(it.at.home, it.at.name);
  await it.up();
});
afterAll(async () => {
  await it.destroy();
  await rm(it.at.home, { recursive: true, force: true });
});
const remove = (...path: string[]) => rm(join(folder, ...path), { recursive: true });
/** Services, and the way through all of them: the API is ready when database and Vault answer it. */
const isWell = async () => {
  const { services } = await installationStatus(folder);
  const sick = services.filter(({ health }) => health !== 'ok').map(({ name, found }) => `${name}: ${found}`);
  if (services.length === 7 && sick.length === 0) return true;
  return null;
};
const health = async () => (await fetch(`${it.at.httpUrl}/healthz`)).status;

test.for(all ? [...PARTS, ...MORE] : PARTS)('%s', { timeout: 120_000 }, async (part) => {
  await remove(part);
  // A supervisor whose folder is gone ends by itself, with its services.
  if (part === 'supervisor') await until('its end', () => processesOf(it.at).length === 0, 60);
  await it.up();
  await until('all is well', isWell, 30);
  await until('the API reaches every part', async () => (await health()) === 200, 30);
  expect(await it.preview()).toEqual([]);
});

test('the superuser’s password: what it opened cannot be opened without it, and that is said', async () => {
  const file = join(folder, 'keys', 'postgres.superuser');
  await remove('keys/postgres.superuser');
  await expect(it.up()).rejects.toThrow(/postgres\.superuser is not the password[\s\S]*Put that file back/);
  await remove('data');
  await it.up();
  await until('all is well', isWell, 30);
  expect((await readFile(file, 'utf8')).length).toBeGreaterThan(20);
});
