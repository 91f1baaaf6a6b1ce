/**
 * The command line in AWS as a person uses it: state and its key in moto, the stack on the fake cloud behind the
 * real engine, the policies beside it.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeStack } from '../../fakes/cloud/with.ts';
import { startMoto } from '../../support/moto-server.ts';

const MAIN = fileURLToPath(new URL('../../../app/cli/main.ts', import.meta.url));
const region = 'eu-north-1';
const digest = `sha256:${'a'.repeat(64)}`;
const IMAGES = `images: {platform: 'registry.example.org/cove/platform@${digest}', vault: 'registry.example.org/cove/vault@${digest}'}`;
let moto: Awaited<ReturnType<typeof startMoto>>;
let fake: FakeStack;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-command-'));
  file = join(folder, 'life.yaml');
  [moto, fake] = await Promise.all([startMoto(), FakeStack.open()]);
}, 180_000);
afterAll(async () => {
  await fake?.close();
  await moto?.server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function cove(args: string[]): Promise<Outcome> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: region,
    COVE_HOME: join(folder, 'home'),
    PULUMI_DEBUG_PROVIDERS: fake.env.PULUMI_DEBUG_PROVIDERS,
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args, '--config', file], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      outcome.stderr += text;
    });
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

const INIT = [
  'init',
  'aws',
  '--account-id=123456789012',
  `--region=${region}`,
  '--public-name=cove.example.org',
  '--zone-id=',
  '--email=ops@example.org',
];

test('init makes state and config, once; its preview keeps to the policies, and one that breaks them makes nothing', async () => {
  const begun = await cove(INIT);
  expect(begun.code, begun.stderr).toBe(0);
  expect(begun.stdout).toContain('s3://cove-life-state-123456789012-eu-north-1');
  expect((await cove(INIT)).code).toBe(2);
  const text = (await readFile(file, 'utf8')).replace(/^images: .*$/m, IMAGES);
  await writeFile(file, text);

  const kept = await cove(['preview']);
  expect(kept.code, kept.stderr).toBe(0);
  expect(kept.stdout).toContain('Policies: kept.');

  await writeFile(file, text.replace(/^budget:\n {2}monthlyUsd: \d+$/m, ''));
  const broken = await cove(['preview']);
  expect(broken.stderr).toContain('A policy forbids this');
  expect(broken.stderr).toContain('OPS-03');
  expect(broken.code).toBe(3);
  expect(fake.cloud.all()).toEqual([]);
}, 150_000);
