import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecretStore } from '../../../app/bootstrap/secret-store.ts';
import { CoveError } from '../../../app/platform/errors.ts';
import type { CloudSecrets } from '../../../app/platform/secret-stores/store.ts';
import type { SecretStoreSettings } from '../../../app/settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A store of the test's own, that can refuse. The real ones are asked in the tests of `platform/secret-stores`. */
function memory(entries: Record<string, string | null>) {
  const writes: [string, string][] = [];
  let refuse: (() => Error) | undefined;
  const cloud: CloudSecrets = {
    read: async (secret) => entries[secret] ?? null,
    async write(secret, text) {
      if (refuse) throw refuse();
      entries[secret] = text;
      writes.push([secret, text]);
    },
  };
  return { cloud, entries, writes, refuseWith: (error?: () => Error) => (refuse = error) };
}
const file = (name: string) => join(folder, 'secrets', name);
const settings = (): SecretStoreSettings => ({
  kind: 'aws',
  region: 'eu-north-1',
  entries: [
    { file: file('superuser'), secret: 'rds', field: 'password', written: false },
    { file: file('seal'), secret: 'seal', written: false },
    { file: file('recovery.json'), secret: 'recovery', written: true },
  ],
});
const open = (store: ReturnType<typeof memory>) =>
  openSecretStore(
    { secretStore: settings() },
    () => {},
    async () => store.cloud,
  );
const given = () => ({ rds: '{"username":"root","password":"p"}', seal: 'key', recovery: null });

test('entries come to files that only their owner may read; an entry that bootstrap fills may be empty', async () => {
  await open(memory(given()));
  expect(await readFile(file('superuser'), 'utf8')).toBe('p');
  expect((await stat(file('seal'))).mode & 0o777).toBe(0o600);
  await expect(stat(file('recovery.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('an entry that the stack should have filled is told by name, without what it holds', async () => {
  await expect(open(memory({ ...given(), seal: null }))).rejects.toThrow(/entry seal .*cove up/);
  const error = await open(memory({ ...given(), rds: '{"pass":"hidden"}' })).catch((e: Error) => e);
  expect(String(error)).toMatch(/entry rds .* "password"/);
  expect(String(error)).not.toContain('hidden');
});

test('what bootstrap writes is in the store when the write returns; on a new host it comes back', async () => {
  const store = memory(given());
  const keep = await open(store);
  await keep(file('recovery.json'), '{"recovery_key":"r"}\n');
  expect(store.writes).toEqual([['recovery', '{"recovery_key":"r"}\n']]);
  await rm(join(folder, 'secrets'), { recursive: true });
  await open(store);
  expect(await readFile(file('recovery.json'), 'utf8')).toBe('{"recovery_key":"r"}\n');
});

test('a crash between file and store loses nothing: the next run sends the file first', async () => {
  const store = memory(given());
  const keep = await open(store);
  await keep(file('recovery.json'), 'old\n');
  store.refuseWith(() => new CoveError('upstream', 'killed'));
  await expect(keep(file('recovery.json'), 'new\n')).rejects.toThrow('killed');
  store.refuseWith(undefined);
  await open(store);
  expect(store.entries.recovery).toBe('new\n');
  expect(await readFile(file('recovery.json'), 'utf8')).toBe('new\n');
});

test('the store wins over a file that was sent long ago: another host may have written since', async () => {
  const store = memory(given());
  const keep = await open(store);
  await keep(file('recovery.json'), 'old\n');
  store.entries.recovery = 'from another host\n';
  await open(store);
  expect(await readFile(file('recovery.json'), 'utf8')).toBe('from another host\n');
});

test('without a store, files are all there is', async () => {
  const keep = await openSecretStore({}, () => {});
  await keep(file('recovery.json'), 'x');
  await writeFile(file('other'), '');
  expect(await readFile(file('recovery.json'), 'utf8')).toBe('x');
});
