/** Kinds that are files and folders: what lies on the disk after each of their verbs. */
import { chmod, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { claimPort } from '../../../../components/local/port-claims.ts';
import { file } from '../../../../components/provider/kinds/file.ts';
import { folder } from '../../../../components/provider/kinds/folder.ts';
import { ports } from '../../../../components/provider/kinds/ports.ts';
import { secretFile } from '../../../../components/provider/kinds/secret-file.ts';
import { made, scratch, silent } from '../../../support/resource.ts';

const mode = async (path: string) => (await stat(path)).mode & 0o777;

test('a folder is its owner’s alone; deleting removes it with all that is in it, unless it is to be kept', async () => {
  for (const keep of [true, false]) {
    const path = join(scratch(), 'a', 'b');
    const { id, state } = await made(folder, { path, keep });
    expect(await mode(path)).toBe(0o700);
    await writeFile(join(path, 'data'), 'x');
    await folder.delete(id, state, silent);
    expect(await folder.read(id, state, silent)).toEqual(keep ? {} : null);
  }
});

test('a secret is random, 0600, and never in the state', async () => {
  const path = join(scratch(), 'keys', 'postgres.superuser');
  const { state } = await made(secretFile, { path, bytes: 32, encoding: 'base64url' });
  const secret = await readFile(path, 'utf8');
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(await mode(path)).toBe(0o600);
  expect(JSON.stringify(state)).not.toContain(secret);
  const other = join(scratch(), 'x');
  await made(secretFile, { path: other, bytes: 32, encoding: 'raw' });
  expect((await readFile(other)).length).toBe(32);
});

test('a secret that is there is taken over, outlives its resource, and is noticed when it is another', async () => {
  const path = join(scratch(), 'secret');
  const first = await made(secretFile, { path, bytes: 32, encoding: 'hex' });
  const secret = await readFile(path, 'utf8');
  await secretFile.delete(first.id, first.state, silent);
  await chmod(path, 0o644);
  const second = await made(secretFile, { path, bytes: 32, encoding: 'hex' });
  expect(await readFile(path, 'utf8')).toBe(secret);
  expect(second.state.made).toBe(first.state.made);
  expect(await mode(path)).toBe(0o600);

  await rm(path);
  expect(await secretFile.read(path, second.state, silent)).toBeNull();
  const outputs = await secretFile.update(path, second.state, second.state, silent);
  await utimes(path, 1, 1);
  expect(await readFile(path, 'utf8')).not.toBe(secret);
  expect(outputs.made).not.toBe(first.state.made);
});

test('a settings file is filled in with secrets on the disk only', async () => {
  const home = scratch();
  const secret = join(home, 'database password');
  await writeFile(secret, 'pa$$word');
  const content = `url = postgres://vault:\${file:${secret}}@host\nuser #\${sha256:${secret}}\n`;
  const { id, state } = await made(file, { path: join(home, 's.conf'), content, seed: false, triggers: [] });
  const written = await readFile(id, 'utf8');
  expect(written).toMatch(/^url = postgres:\/\/vault:pa\$\$word@host\nuser #[0-9a-f]{64}\n$/);
  expect(await mode(id)).toBe(0o600);
  expect(JSON.stringify(state)).not.toContain('pa$$word');
});

test('a settings file that somebody changed or opened to others is noticed and mended', async () => {
  const path = join(scratch(), 's.json');
  const inputs = { path, content: '{}', seed: false, triggers: [] };
  const { state } = await made(file, inputs);
  expect(await file.read(path, state, silent)).toEqual({});
  await writeFile(path, '{"changed": true}');
  expect(await file.read(path, state, silent)).toEqual({ inputs: { content: expect.any(String) } });
  await file.update(path, state, inputs, silent);
  expect(await readFile(path, 'utf8')).toBe('{}');
  await chmod(path, 0o644);
  expect(await file.read(path, state, silent)).not.toEqual({});
  await file.update(path, state, inputs, silent);
  expect(await mode(path)).toBe(0o600);
  await file.delete(path, state, silent);
  expect(await file.read(path, state, silent)).toBeNull();
});

test('a seed is written once and then left to its user', async () => {
  const path = join(scratch(), 'users.acl');
  const inputs = { path, content: 'user admin', seed: true, triggers: [] };
  const { state } = await made(file, inputs);
  await writeFile(path, 'user admin\nuser api');
  expect(await file.read(path, state, silent)).toEqual({});
  await made(file, inputs);
  expect(await readFile(path, 'utf8')).toBe('user admin\nuser api');
  await file.delete(path, state, silent);
  expect(await file.read(path, state, silent)).toEqual({});
});

test('a missing secret is told by its path', async () => {
  const path = join(scratch(), 's');
  const inputs = { path, content: `\${file:/no/such/secret}`, seed: false, triggers: [] };
  await expect(made(file, inputs)).rejects.toThrow(/^\/no\/such\/secret is missing/);
});

test('ports are free, different, and stay what they are when one more is asked for', async () => {
  vi.stubEnv('COVE_CACHE', scratch());
  onTestFinished(() => void vi.unstubAllEnvs());
  const installation = scratch();
  const { id, state } = await made(ports, { installation, names: ['postgres', 'redis'] });
  const wanted = { installation, names: ['postgres', 'redis', 'vault'] };
  const { ports: more } = await ports.update('ports', state, wanted, silent);
  expect(more).toMatchObject(state.ports);
  expect(new Set(Object.values(more)).size).toBe(3);
  for (const port of Object.values(more)) expect(port).toBeGreaterThan(19_999);

  // Nobody listens on them yet, and they are nobody else's; until the installation is gone, or its ports are.
  const { postgres, redis, vault } = more as Record<string, number>;
  const other = scratch();
  expect(claimPort(vault!, other)).toBe(false);
  await ports.delete(id, state, silent);
  expect([claimPort(postgres!, other), claimPort(redis!, other)]).toEqual([true, true]);
  await rm(installation, { recursive: true });
  expect(claimPort(vault!, other)).toBe(true);
});

test('a file where a folder should be is told as such', async () => {
  const path = join(scratch(), 'x');
  await writeFile(path, '');
  await expect(made(folder, { path, keep: true })).rejects.toThrow(/EEXIST.*x'/);
  await mkdir(`${path}.d`);
});
