/** What an installation's no to a stack of workers is told as, before anything is made; and the commands it has not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { checkHome, homeOf } from '../../../app/cli/cloud-verbs/home.ts';
import { findAny, findStack, type WorkerStack } from '../../../app/cli/installation.ts';
import { installation, TOKEN } from '../../support/joined-installation.ts';

const home = await installation();
const folder = mkdtempSync(join(tmpdir(), 'workers-'));
const file = join(folder, 'north.yaml');
writeFileSync(
  file,
  "target: aws\njoins: {url: https://cove.example.org}\naccountId: '123456789012'\nregion: eu-north-1\n",
);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await home.close();
});
afterEach(() => vi.unstubAllEnvs());
const stack = (): WorkerStack => ({ ...(findStack({ config: file }) as WorkerStack), url: home.url });

test('a stack of workers is found where it may be, and refused in words elsewhere', () => {
  expect(findStack({ config: file })).toMatchObject({ name: 'north', url: 'https://cove.example.org' });
  expect(() => findAny({ config: file })).toThrow(
    /"north" is a stack of workers, which joins https:\/\/cove\.example\.org/,
  );
});

test('without a token, or with one that is not known, somebody is told what to do', async () => {
  vi.stubEnv('COVE_TOKEN', undefined);
  expect(() => homeOf(stack())).toThrow(/COVE_TOKEN is not set/);
  vi.stubEnv('COVE_TOKEN', 'another');
  await expect(checkHome(stack())).rejects.toThrow(/does not let whose token is in COVE_TOKEN/);
});

test('an installation that takes none is found out before anything is made', async () => {
  vi.stubEnv('COVE_TOKEN', TOKEN);
  await expect(checkHome(stack())).resolves.toBeUndefined();
  home.refuse('Environment small is of worker stack south');
  await expect(checkHome(stack())).rejects.toThrow(
    /does not take workers "north": Environment small is of worker stack south/,
  );
  home.forget();
  await expect(checkHome(stack())).rejects.toThrow(/knows nothing of stacks of workers/);
});
