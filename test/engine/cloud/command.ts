/** `cove` on an installation in AWS: state, secrets and account in moto, the stack on the fake cloud behind the real engine. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeStack } from '../../fakes/cloud/with.ts';
import { startMoto } from '../../support/moto-server.ts';

const MAIN = fileURLToPath(new URL('../../../app/cli/main.ts', import.meta.url));
const digest = `sha256:${'a'.repeat(64)}`;

export const region = 'eu-north-1';
export const IMAGES = `images: {platform: 'registry.example.org/cove/platform@${digest}', vault: 'registry.example.org/cove/vault@${digest}'}`;
export const INIT = [
  'init',
  'aws',
  '--account-id=123456789012',
  `--region=${region}`,
  '--public-name=cove.example.org',
  '--zone-id=',
  '--email=ops@example.org',
];

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}
export interface CommandLine {
  moto: string;
  fake: FakeStack;
  folder: string;
  /** The config file; installation `life`. */
  file: string;
  cove(args: string[], env?: Record<string, string>): Promise<Outcome>;
  close(): Promise<void>;
}

export async function commandLine(): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-command-'));
  const file = join(folder, 'life.yaml');
  const [moto, fake] = await Promise.all([startMoto(), FakeStack.open()]);
  return {
    moto: moto.endpoint,
    fake,
    folder,
    file,
    cove(args, more = {}) {
      const env = {
        ...process.env,
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_REGION: region,
        COVE_HOME: join(folder, 'home'),
        PULUMI_DEBUG_PROVIDERS: fake.env.PULUMI_DEBUG_PROVIDERS,
        NO_COLOR: '1',
        ...more,
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
    },
    async close() {
      await fake.close();
      await moto.server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
