import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEnvironments } from '../../../app/bootstrap/stored-environments.ts';
import { BootstrapSettings } from '../../../app/settings.ts';
import { appHostDocument } from '../../../components/boot/app-host.ts';
import { environmentsText } from '../../../components/boot/environments.ts';
import { bootstrapSettings } from '../../../components/boot/settings.ts';
import { appHostArgs, environmentsArgs } from '../../support/boot.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function settings(): BootstrapSettings {
  const { secretStore, ...rest } = BootstrapSettings.parse(bootstrapSettings(appHostArgs()));
  const environments = { ...secretStore!.environments!, file: join(folder, 'environments.json') };
  return { ...rest, secretStore: { ...secretStore!, environments } };
}
const read = (text: string | null) =>
  readEnvironments(
    settings(),
    () => {},
    async () => ({ read: async () => text, write: async () => {} }),
  );

test('what the stack tells comes to the bootstrap: environments, their queue users, and where the passwords lie', async () => {
  const { settings: all } = await read(environmentsText(environmentsArgs()));
  expect(all.environments).toMatchObject([{ slug: 'cpu', workers: [], machines: { ceiling: 4 } }]);
  const passwordFile = '/run/cove/secrets/bootstrap/queue-worker-cpu';
  expect(all.queue.users).toMatchObject({ environments: { cpu: { user: 'worker-cpu', passwordFile } } });
  expect(all.secretStore?.entries.map(({ file }) => file)).toContain(passwordFile);
});

test('the same text is known once it was taken over, another one is not', async () => {
  const text = environmentsText(environmentsArgs());
  const first = await read(text);
  expect(first.known).toBe(false);
  await first.done();
  expect((await read(text)).known).toBe(true);
  expect((await read(environmentsText([]))).known).toBe(false);
});

test('an entry that is empty, or something else, is told by its name', async () => {
  await expect(read(null)).rejects.toThrow(/entry arn:\S+environments\S+ of .* is empty: .*cove up/);
  await expect(read('{"environments": 7}')).rejects.toThrow(/does not tell the environments .*cove up/s);
});

test('the host’s document names no environment: another one needs no other host', () => {
  expect(appHostDocument(appHostArgs())).not.toMatch(/cpu|c7i/);
});
