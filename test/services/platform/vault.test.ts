import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectVault } from '../../../app/platform/vault.ts';
import { until } from '../../support/process.ts';
import { type TestVault, testVault, writeAppRole } from '../../support/vault.ts';
import { startVault, type VaultServer } from '../../support/vault-server.ts';

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.close());

/** Cached reads are younger than this. */
const PAST_CACHE_MS = 15_000;
const later = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);

describe('secrets', () => {
  test('are put, read, listed and removed', async () => {
    const folder = `custom/${randomUUID()}`;
    expect(await vault.secrets.find(`${folder}/a`)).toBeNull();
    expect(await vault.secrets.list(folder)).toEqual([]);
    await vault.secrets.put(`${folder}/a`, { value: 'x', 'odd key': 'ä' });
    await vault.secrets.put(`${folder}/with space & ?`, { value: 'y' });
    expect(await vault.secrets.get(`${folder}/a`, { fresh: true })).toEqual({ value: 'x', 'odd key': 'ä' });
    expect(await vault.secrets.get(`${folder}/with space & ?`, { fresh: true })).toEqual({ value: 'y' });
    expect((await vault.secrets.list(`${folder}/`)).sort()).toEqual(['a', 'with space & ?']);
    await vault.secrets.remove(`${folder}/a`);
    await vault.secrets.remove(`${folder}/a`);
    await expect(vault.secrets.get(`${folder}/a`)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('no name leads elsewhere', async () => {
    for (const path of ['../sys/health', 'a//b', '', 'a/..']) {
      await expect(vault.secrets.find(path), path).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  test('a value changed by another is seen within 15 s, and at once when asked for', async () => {
    const path = `custom/${randomUUID()}`;
    await vault.secrets.put(path, { value: 'old' });
    await vault.root.write(`cove/data/${path}`, { data: { value: 'new' } });
    expect(await vault.secrets.get(path)).toEqual({ value: 'old' });
    const clock = later(PAST_CACHE_MS);
    expect(await vault.secrets.get(path)).toEqual({ value: 'new' });
    clock.mockRestore();
    await vault.root.write(`cove/data/${path}`, { data: { value: 'newest' } });
    expect(await vault.secrets.get(path, { fresh: true })).toEqual({ value: 'newest' });
  });

  test('a policy that forbids is told as such, without a token in the error', async () => {
    await vault.root.write(`auth/approle/role/${vault.role}-none`, { token_policies: 'default' });
    const appRoleFile = `${vault.settings.appRoleFile}.none`;
    await writeAppRole(vault.root, `${vault.role}-none`, appRoleFile);
    const none = await connectVault({ ...vault.settings, appRoleFile });
    const error = await none.get('services/api').catch((error) => error);
    expect(error).toMatchObject({ code: 'upstream', message: expect.stringContaining('permission denied') });
    expect(error.cause).toBeUndefined();
    await none.close();
  });
});

describe('the login', () => {
  test('a missing, broken or refused login file is told with its name', async () => {
    const appRoleFile = `${vault.settings.appRoleFile}.bad`;
    const open = () => connectVault({ ...vault.settings, appRoleFile });
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(appRoleFile),
    });
    await writeFile(appRoleFile, '{');
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(appRoleFile),
    });
    await writeFile(appRoleFile, JSON.stringify({ role_id: 'none', secret_id: 'none' }));
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(appRoleFile),
    });
  });

  test('a token that lives for seconds is renewed without end', async () => {
    const own = await testVault({ tokenPeriod: '1s' });
    const logins = vi.spyOn(own.secrets as unknown as { login(): Promise<void> }, 'login');
    const path = `custom/${randomUUID()}`;
    const began = Date.now();
    await until('three lives of work', async () => {
      await own.secrets.put(path, { value: 'x' });
      return Date.now() - began > 3_000;
    });
    expect(logins).not.toHaveBeenCalled();
    await own.close();
  });

  test('a revoked token and a new secret-id are got over', async () => {
    const own = await testVault();
    const path = `custom/${randomUUID()}`;
    await own.secrets.put(path, { value: 'x' });
    const roleId = own.role;
    await own.root.write(`auth/approle/role/${roleId}`, { token_policies: 'test', token_period: '1h' });
    const { keys } = (await own.root.list(`auth/approle/role/${roleId}/secret-id`)).data;
    await writeAppRole(own.root, roleId, own.settings.appRoleFile);
    for (const accessor of keys) {
      await own.root.write(`auth/approle/role/${roleId}/secret-id-accessor/destroy`, {
        secret_id_accessor: accessor,
      });
    }
    await revokeTokens(own);
    const clock = later(PAST_CACHE_MS);
    expect(await own.secrets.get(path)).toEqual({ value: 'x' });
    clock.mockRestore();
    await own.close();
  });
});

/** Revokes every token of the role, as an operator in a hurry would. */
async function revokeTokens({ root, role }: TestVault): Promise<void> {
  const { keys } = (await root.list('auth/token/accessors')).data;
  for (const accessor of keys) {
    const found = await root.write('auth/token/lookup-accessor', { accessor }).catch(() => null);
    if (found?.data.meta?.role_name === role) await root.write('auth/token/revoke-accessor', { accessor });
  }
}

describe('an outage', () => {
  let server: VaultServer;
  beforeAll(async () => {
    server = await startVault();
  });
  afterAll(() => server.stop());

  test('secrets already read stay usable; a restarted Vault that forgot all tokens is logged in to again', async () => {
    const own = await testVault({ address: server.address.address });
    await own.secrets.put('custom/known', { value: 'x' });
    await server.stop('SIGKILL');
    const clock = later(PAST_CACHE_MS);
    expect(await own.secrets.get('custom/known')).toEqual({ value: 'x' });
    await expect(own.secrets.get('custom/unknown')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(server.address.address),
    });
    await expect(own.secrets.health()).rejects.toMatchObject({ code: 'unavailable' });
    clock.mockRestore();

    await server.restart();
    // It kept everything in memory: like one whose storage was restored, it knows neither token nor login.
    const second = await testVault({ address: server.address.address });
    await rm(own.settings.appRoleFile);
    await writeAppRole(second.root, second.role, own.settings.appRoleFile);
    await second.secrets.put('custom/known', { value: 'again' });
    const after = later(PAST_CACHE_MS);
    expect(await own.secrets.get('custom/known')).toEqual({ value: 'again' });
    after.mockRestore();
    await second.close();
    await own.close();
  });
});
