import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { vaultClient } from '../../app/platform/vault-client.ts';
import { openPlatform } from '../../app/services.ts';
import { type BareInstallation, bareInstallation } from '../support/bare-installation.ts';
import { random } from '../support/random.ts';

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url));
const SEED = Number(process.env.COVE_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const INSTALLS = 3;
/** Lines a first bootstrap writes: it is killed a random moment after each of them. */
const LINES = 8;
const MOMENT_MS = 60;

let at: BareInstallation;
afterEach(() => at.stop());

/** Runs bootstrap as a process of its own. Returns its exit code; null if it was killed `ms` after so many lines. */
async function bootstrapProcess(kill?: { afterLines: number; ms: number }): Promise<number | null> {
  const args = [MAIN, '--settings', at.settingsFile];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const before = output.split('\n').length - 1;
    output += text;
    const reached = (lines: number) => kill !== undefined && lines >= kill.afterLines;
    if (reached(output.split('\n').length - 1) && !reached(before)) {
      setTimeout(() => child.kill('SIGKILL'), kill?.ms);
    }
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 && code !== null) throw new Error(output);
  return code;
}

async function works(): Promise<void> {
  for (const role of ['api', 'scheduler'] as const) {
    const { platform, close } = await openPlatform(at.service(role));
    expect(await platform.db.selectFrom('workers').select('name').execute()).toEqual([{ name: 'one' }]);
    await platform.queue.queueMembers('local');
    await close();
  }
}

describe('a bootstrap that is killed', () => {
  for (let install = 0; install < INSTALLS; install++) {
    test(`at random moments completes when it is run again (seed ${SEED + install})`, {
      timeout: 120_000,
    }, async () => {
      const next = random(SEED + install);
      at = await bareInstallation();
      const killed: (number | null)[] = [];
      for (let afterLines = 1; afterLines <= LINES; afterLines++) {
        killed.push(await bootstrapProcess({ afterLines, ms: next() * MOMENT_MS }));
      }
      expect(killed.filter((code) => code === null).length).toBeGreaterThan(2);
      expect(await bootstrapProcess()).toBe(0);
      await works();
    });
  }

  test("between Vault's initialisation and its answer begins with a new Vault", {
    timeout: 60_000,
  }, async () => {
    at = await bareInstallation();
    await vaultClient(at.settings.vault).write('sys/init', { recovery_shares: 1, recovery_threshold: 1 });
    await at.bootstrap();
    expect(at.said).toContainEqual(expect.stringContaining('starts anew'));
    await works();
  });

  test('with the root token still in its file goes on with it, and leaves none', {
    timeout: 60_000,
  }, async () => {
    at = await bareInstallation();
    const { recoveryFile } = at.settings.vault;
    const client = vaultClient(at.settings.vault);
    const shares = { recovery_shares: 1, recovery_threshold: 1 };
    const { root_token, recovery_keys_base64 } = await client.write('sys/init', shares);
    const recovery = { recovery_key: recovery_keys_base64[0], root_token };
    await writeFile(recoveryFile, JSON.stringify(recovery), { mode: 0o600 });
    await at.bootstrap();
    await works();
    client.token = root_token;
    await expect(client.tokenLookupSelf()).rejects.toThrow(/permission denied|invalid token/);

    // Killed after the token was revoked, before the file forgot it: the operator's login goes on.
    await writeFile(recoveryFile, JSON.stringify(recovery), { mode: 0o600 });
    await at.bootstrap();
    expect(JSON.parse(await readFile(recoveryFile, 'utf8'))).toEqual({ recovery_key: recovery.recovery_key });
    await works();
  });

  test('and lost every login goes on with the recovery key, where Vault lets it in', {
    timeout: 60_000,
  }, async () => {
    at = await bareInstallation({ generateRoot: true });
    await at.bootstrap();
    const { appRoleFiles, recoveryFile } = at.settings.vault;
    for (const file of Object.values(appRoleFiles)) await rm(file);
    await at.bootstrap();
    expect(at.said).toContainEqual(expect.stringContaining('with the recovery key'));
    expect(JSON.parse(await readFile(recoveryFile, 'utf8'))).not.toHaveProperty('root_token');
    await works();
  });
});
