/** AWS Secrets Manager, as moto speaks it: entries come to their files, and what bootstrap writes goes back. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSecretStore } from '../../../app/bootstrap/secret-store.ts';
import { startMoto } from '../../support/moto-server.ts';

const region = 'eu-north-1';
let moto: Awaited<ReturnType<typeof startMoto>>;
let aws: SecretsManagerClient;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  aws = new SecretsManagerClient({ region, endpoint: moto.endpoint });
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
}, 180_000);
afterAll(async () => {
  aws?.destroy();
  await moto?.server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Without a text: as a stack makes an entry that bootstrap fills. */
async function entry(name: string, text?: string): Promise<string> {
  const value = text === undefined ? {} : { SecretString: text };
  return (await aws.send(new CreateSecretCommand({ Name: name, ...value }))).ARN ?? '';
}
const settings = (...entries: { file: string; secret: string; field?: string; written: boolean }[]) => ({
  secretStore: { kind: 'aws' as const, region, endpoint: moto.endpoint, entries },
});
const at = (name: string) => join(folder, name);
const nobody = () => {};

test('entries come to 0600 files, whole or by a field, and what is written goes back at once', async () => {
  const seal = await entry('seal', 'only-for-tests');
  const database = await entry('database', '{"username": "admin", "password": "given by RDS"}');
  const role = await entry('approle');
  const stored = settings(
    { file: at('seal'), secret: seal, written: false },
    { file: at('database'), secret: database, field: 'password', written: false },
    { file: at('approle'), secret: role, written: true },
  );
  const keep = await openSecretStore(stored, nobody);
  expect(await readFile(at('seal'), 'utf8')).toBe('only-for-tests');
  expect(await readFile(at('database'), 'utf8')).toBe('given by RDS');
  expect((await stat(at('seal'))).mode & 0o777).toBe(0o600);
  await expect(readFile(at('approle'))).rejects.toThrow(/ENOENT/);

  await keep(at('approle'), '{"role_id": "1"}\n');
  const { SecretString } = await aws.send(new GetSecretValueCommand({ SecretId: role }));
  expect(SecretString).toBe('{"role_id": "1"}\n');

  // A replaced host begins with empty folders.
  await rm(at('approle'));
  await openSecretStore(stored, nobody);
  expect(await readFile(at('approle'), 'utf8')).toBe('{"role_id": "1"}\n');
});

test('an entry that nobody made, or that should be full and is empty, is told with what to do', async () => {
  const missing = `arn:aws:secretsmanager:${region}:123456789012:secret:nobody-AbCdEf`;
  const asked = (secret: string) =>
    openSecretStore(settings({ file: at('x'), secret, written: false }), nobody);
  await expect(asked(missing)).rejects.toThrow(/refuses .*nobody-AbCdEf \(404\).*run `cove up` again/s);
  await expect(asked(await entry('empty'))).rejects.toThrow(/empty: the stack fills it/);
});
