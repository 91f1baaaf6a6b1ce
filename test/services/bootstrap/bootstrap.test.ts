import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBootstrap } from '../../../app/bootstrap/main.ts';
import { asSuperuser } from '../../../app/bootstrap/roles.ts';
import { verifyPassword } from '../../../app/core/users/passwords.ts';
import { hashSecret } from '../../../app/core/users/secrets.ts';
import { connectVault, type SecretStore } from '../../../app/platform/vault.ts';
import { vaultClient } from '../../../app/platform/vault-client.ts';
import { openPlatform } from '../../../app/services.ts';
import { type BareInstallation, bareInstallation } from '../../support/bare-installation.ts';

let at: BareInstallation;
let operator: SecretStore;
beforeAll(async () => {
  at = await bareInstallation();
  await at.bootstrap();
  operator = await login('operator');
});
afterAll(async () => {
  await operator?.close();
  await at?.stop();
});
const login = (identity: 'operator' | 'api' | 'scheduler') =>
  connectVault({ address: at.settings.vault.address, appRoleFile: at.settings.vault.appRoleFiles[identity] });
const keyFiles = () => [
  at.settings.vault.recoveryFile,
  ...Object.values(at.settings.vault.appRoleFiles),
  at.settings.environments[0]!.workers[0]!.tokenFile,
];
/** Everything that a second run must leave as it is. */
async function picture() {
  const files = await Promise.all(keyFiles().map((file) => readFile(file, 'utf8')));
  const rows = await asSuperuser(at.settings, 'cove', async (db) => [
    await db.selectFrom('users').selectAll().execute(),
    await db.selectFrom('organizations').selectAll().orderBy('name').execute(),
    await db.selectFrom('organization_members').selectAll().orderBy('organization_id').execute(),
    await db.selectFrom('environments').selectAll().execute(),
    await db.selectFrom('workers').selectAll().execute(),
    await db.selectFrom('audit').selectAll().orderBy('id').execute(),
  ]);
  const paths = ['services/api', 'services/scheduler', 'environments/local', 'operator/administrator'];
  const secrets = await Promise.all(paths.map((path) => operator.get(path, { fresh: true })));
  return { files, rows, secrets };
}

describe('a fresh installation', () => {
  test('API and scheduler open everything as themselves', async () => {
    for (const role of ['api', 'scheduler'] as const) {
      const opened = await openPlatform(at.service(role));
      const { db, queue } = opened.platform;
      expect(await db.selectFrom('environments').select('slug').execute()).toEqual([{ slug: 'local' }]);
      await queue.ring('local', 'x');
      await queue.removeFromQueue('local', 'x');
      await opened.close();
    }
  });

  test('the administrator owns the organisation, and the password in Vault is theirs', async () => {
    const { username, password } = await operator.get('operator/administrator');
    const owned = await asSuperuser(at.settings, 'cove', (db) =>
      db
        .selectFrom('organization_members')
        .innerJoin('users', 'users.id', 'user_id')
        .innerJoin('organizations', 'organizations.id', 'organization_id')
        .select(['username', 'organizations.name', 'role', 'password_hash'])
        .orderBy('organizations.name')
        .execute(),
    );
    expect(owned.map(({ password_hash, ...rest }) => rest)).toEqual([
      { username, name: 'admin', role: 'owner' },
      { username, name: 'cove', role: 'owner' },
    ]);
    expect(await verifyPassword(owned[0]!.password_hash, password!)).toBe(true);
  });

  test('a worker is known by the token in its file', async () => {
    const token = (await readFile(at.settings.environments[0]!.workers[0]!.tokenFile, 'utf8')).trim();
    const rows = await asSuperuser(at.settings, 'cove', (db) =>
      db.selectFrom('workers').selectAll().execute(),
    );
    expect(rows).toMatchObject([{ name: 'one', token_hash: hashSecret(token) }]);
  });

  test('secret files are for their owner alone, and no root token is left', async () => {
    for (const file of keyFiles()) expect((await stat(file)).mode & 0o777, file).toBe(0o600);
    const recovery = JSON.parse(await readFile(at.settings.vault.recoveryFile, 'utf8'));
    expect(Object.keys(recovery)).toEqual(['recovery_key']);
  });

  test('a second run changes nothing', async () => {
    const before = await picture();
    await at.bootstrap();
    expect(await picture()).toEqual(before);
  });

  test('several at once wait for one another', async () => {
    const names = { name: 'twice', vaultName: 'twice-vault', vaultUser: 'twice-vault' };
    const settings = { ...at.settings, database: { ...at.settings.database, ...names } };
    const runs = [1, 2, 3, 4].map(() => runBootstrap(settings, { only: 'database', log: () => {} }));
    await Promise.all(runs);
    await runBootstrap(settings, { only: 'database', log: () => {} });
  });

  test('what the config says of an environment follows it; the rest of the row stays', async () => {
    const environment = at.settings.environments[0]!;
    const inTheApplication = { per_user_queue_quota: 7, min_machines: 1, max_machines: 2, grace_seconds: 60 };
    const schedule = [{ cron: '0 8 * * *', timezone: 'UTC', minutes: 60, max: 3 }];
    await asSuperuser(at.settings, 'cove', (db) =>
      db
        .updateTable('environments')
        .set({ ...inTheApplication, schedule: JSON.stringify(schedule) })
        .execute(),
    );
    environment.name = 'Renamed';
    await at.bootstrap('platform');
    const row = await asSuperuser(at.settings, 'cove', (db) =>
      db.selectFrom('environments').selectAll().execute(),
    );
    expect(row).toMatchObject([{ slug: 'local', name: 'Renamed', ...inTheApplication, schedule }]);
  });

  test('an environment taken out of the config takes no new job; put back, it is as before', async () => {
    const rows = () =>
      asSuperuser(at.settings, 'cove', (db) => db.selectFrom('environments').selectAll().execute());
    const [before] = await rows();
    const [environment] = at.settings.environments.splice(0, 1);
    await at.bootstrap('platform');
    expect(await rows()).toEqual([{ ...before, in_config: false, mtime: expect.any(Date) }]);
    await at.bootstrap('platform');
    const told = await asSuperuser(at.settings, 'cove', (db) =>
      db
        .selectFrom('audit')
        .select('properties')
        .where('subject_id', '=', before!.id)
        .orderBy('id')
        .execute(),
    );
    const [last, earlier] = told.map(({ properties }) => properties).reverse();
    expect(last).toEqual({ slug: 'local', in_config: false });
    expect(earlier).not.toEqual(last);
    at.settings.environments.push(environment!);
    await at.bootstrap('platform');
    expect(await rows()).toEqual([
      { ...before, machines_changed_at: expect.any(Date), mtime: expect.any(Date) },
    ]);
  });
});

describe('rights', () => {
  const cannot = (error: unknown) => expect(error).toMatchObject({ code: '42501' });

  test('the scheduler reads neither people nor tokens; nobody changes what was written down', async () => {
    const scheduler = await openPlatform(at.service('scheduler'));
    const api = await openPlatform(at.service('api'));
    for (const table of ['users', 'tokens', 'project_variables', 'audit'] as const) {
      cannot(
        await scheduler.platform.db
          .selectFrom(table)
          .selectAll()
          .execute()
          .catch((error) => error),
      );
    }
    cannot(
      await api.platform.db
        .deleteFrom('audit')
        .execute()
        .catch((error) => error),
    );
    cannot(await sql`DROP TABLE audit`.execute(api.platform.db).catch((error) => error));
    cannot(await sql`CREATE TABLE own (id int)`.execute(api.platform.db).catch((error) => error));
    await scheduler.close();
    await api.close();
  });

  test('each identity sees its own secrets only', async () => {
    const refused = { code: 'upstream' };
    const [api, scheduler] = [await login('api'), await login('scheduler')];
    await api.put('projects/x/deploy-key', { private_key: 'k' });
    expect(await api.list('projects/x')).toEqual(['deploy-key']);
    await api.remove('projects/x/deploy-key');
    expect(await api.get('environments/local')).toMatchObject({ queue_username: 'worker-local' });
    for (const path of ['services/scheduler', 'operator/administrator', 'custom/x']) {
      await expect(api.get(path), path).rejects.toMatchObject(refused);
      if (path !== 'services/scheduler')
        await expect(scheduler.get(path), path).rejects.toMatchObject(refused);
    }
    await expect(api.put('services/api', {})).rejects.toMatchObject(refused);
    await expect(api.put('environments/local', {})).rejects.toMatchObject(refused);
    await api.put('custom/of-the-operator', { value: 'x' });
    expect(await api.list('custom')).toContain('of-the-operator');
    await expect(api.get('custom/of-the-operator', { fresh: true })).rejects.toMatchObject(refused);
    await api.remove('custom/of-the-operator');
    await expect(operator.find('projects/x/deploy-key')).rejects.toMatchObject(refused);
    await operator.put('custom/mine', { value: 'x' });
    expect(await operator.list('custom')).toEqual(['mine']);
    await operator.remove('custom/mine');
    await api.close();
    await scheduler.close();
  });
});

describe('what was lost', () => {
  test("a service's login is written anew, and the old one stops working", async () => {
    const file = at.settings.vault.appRoleFiles.api;
    const { role_id, secret_id } = JSON.parse(await readFile(file, 'utf8'));
    await rm(file);
    await at.bootstrap('vault');
    await (await login('api')).close();
    const old = vaultClient(at.settings.vault).approleLogin({ role_id, secret_id });
    await expect(old).rejects.toThrow(/invalid role or secret ID/);
  });

  test("the operator's login, where Vault lets no recovery key in: the message says what to change", async () => {
    const { operator: file } = at.settings.vault.appRoleFiles;
    const content = await readFile(file);
    await rm(file);
    await expect(at.bootstrap('vault')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('disable_unauthed_generate_root_endpoints = false'),
    });
    await writeFile(file, content, { mode: 0o600 });
    await at.bootstrap('vault');
  });

  test('without login and key a used Vault is left alone, and the message says what to put back', async () => {
    const { recoveryFile, appRoleFiles } = at.settings.vault;
    const settings = { ...at.settings, vault: { ...at.settings.vault } };
    settings.vault.recoveryFile = `${recoveryFile}.gone`;
    settings.vault.appRoleFiles = { ...appRoleFiles, operator: `${appRoleFiles.operator}.gone` };
    await expect(runBootstrap(settings, { only: 'vault', log: () => {} })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${recoveryFile}.gone`),
    });
    expect(await operator.find('operator/administrator', { fresh: true })).not.toBeNull();
  });
});
