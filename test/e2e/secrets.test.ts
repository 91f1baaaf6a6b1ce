/** No secret of the installation is found in the clear where it does not belong. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docker } from '../support/docker.ts';
import { dumpDatabase, dumpRedis, secretsOf } from '../support/dumps.ts';
import { installation } from './support.ts';

const folder = join(installation.home, installation.name);

/** Not beyond symbolic links: the engine's working folder has one to all npm packages. */
function* files(path: string): Generator<string> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) yield path;
  else if (found?.isDirectory()) for (const entry of readdirSync(path)) yield* files(join(path, entry));
}
/** Every form in which a value might have slipped out. */
const forms = (secret: string) => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
];
const found = (text: string, secrets: Map<string, string>) =>
  [...secrets].filter(([, value]) => forms(value).some((form) => text.includes(form))).map(([name]) => name);

test('the hunt: processes, logs, Pulumi state, Redis, database', async () => {
  const secrets = await secretsOf(installation);
  expect(secrets.size).toBeGreaterThan(8);
  for (const [name, value] of secrets) expect(value.length, name).toBeGreaterThan(11);

  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    for (const what of ['cmdline', 'environ']) {
      let text = '';
      try {
        text = readFileSync(`/proc/${pid}/${what}`, 'utf8');
      } catch {
        continue; // ended meanwhile
      }
      expect(found(text, secrets), `/proc/${pid}/${what}: ${text.slice(0, 80)}`).toEqual([]);
    }
  for (const part of ['logs', 'state', 'settings', 'supervisor', 'outputs.json'])
    for (const file of files(join(folder, part)))
      if (!file.endsWith('vault.json'))
        expect(found(readFileSync(file, 'latin1'), secrets), file).toEqual([]);
  expect(found(await dumpRedis(installation), secrets)).toEqual([]);
  expect(found(await dumpDatabase(installation), secrets)).toEqual([]);
});

test('files with secrets are readable by their owner alone', () => {
  // Vault takes its database password from no other place than its own configuration.
  for (const file of [...files(join(folder, 'keys')), join(folder, 'settings/vault.json')])
    expect(statSync(file).mode & 0o077, file).toBe(0);
});

test('nothing listens beyond this machine unless the config says so', async () => {
  // Where containers find the machine they run on: nobody else can reach it.
  const [bridge] = JSON.parse(await docker('network', 'inspect', 'bridge'));
  const inside = ['127.0.0.1:', '[::1]:', `${bridge.IPAM.Config[0].Gateway}:`];
  const listening = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' });
  const ours = listening.split('\n').filter((line) => /"(node|postgres|redis-server|bao)"/.test(line));
  expect(ours.length).toBeGreaterThan(0);
  for (const line of ours)
    expect(
      inside.some((address) => line.includes(` ${address}`)),
      line,
    ).toBe(true);
});
