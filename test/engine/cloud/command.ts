/** `cove` on an installation in a cloud: what the command asks is faked or real beside it, the stack stands on the fake cloud behind the real engine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FakeCloud } from '../../fakes/cloud/cloud.ts';
import { FakeStack, type FakeStackOptions } from '../../fakes/cloud/with.ts';
import type { Credential } from '../../support/served-installation.ts';

const MAIN = fileURLToPath(new URL('../../../app/cli/main.ts', import.meta.url));
const digest = `sha256:${'a'.repeat(64)}`;

export const PUBLIC_NAME = 'cove.example.org';
export const IMAGES = `images: {platform: 'registry.example.org/cove/platform@${digest}', vault: 'registry.example.org/cove/vault@${digest}'}`;
/** What every cloud's `init` is told. */
export const COMMON = [`--public-name=${PUBLIC_NAME}`, '--zone-id=', '--email=ops@example.org'];

/** What the command line itself talks with, apart from the engine. */
export interface Beside {
  env: Record<string, string>;
  credential: Credential;
  /** Commands that the host was told to run, in their order. */
  commands(): Promise<string[]>;
  /** What was asked of the cloud to keep of the database. */
  backups?(): string[];
  /** Ids of the machines in the group of workers, where the stack is one of workers. */
  machines?(): Promise<string[]>;
  /** Of processes that act as a machine there, besides `env`. */
  machineEnv?: Record<string, string>;
  close(): Promise<unknown>;
}
/** A cloud, as the test of a life asks for it. */
export interface Commanded {
  /** As `cove init` is told. */
  init: string[];
  /** What `init` says of the state's place. */
  state: string;
  /** Where its fake stands. @default AWS's */
  fake?: FakeStackOptions;
  /** How the host is asked for another password. @default a command, which starts the unit */
  reset?: RegExp;
  /** Types of what the test looks for. */
  types: { database: string; balancer: string; share: string };
  /** Installs what the fake cloud must know. */
  prepare?(cloud: FakeCloud): void;
  /** As the plan shows a shared file system whose data would be lost, and by which names it is let go. */
  lost: { shown: RegExp; names: string[] };
  /** What `destroy` says of the database. */
  database: string;
  /** Puts something into every bucket. */
  fill(cloud: FakeCloud): void;
  /** Names of what a purge leaves no copy of, and how one is made of the first. */
  gone: { names: string[]; copy: string };
  /** What a purge says that it leaves. */
  left: RegExp;
  /** A trace of the database's last backup. */
  backup(cloud: FakeCloud, beside: Beside): boolean;
  /** `host`: what its one machine is called after the stack. @default 'app-host' */
  open(folder: string, host?: string): Promise<Beside>;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}
export interface Watched {
  child: ChildProcess;
  /** What it said so far. */
  outcome: Outcome;
  end: Promise<Outcome>;
}
export interface CommandLine {
  beside: Beside;
  fake: FakeStack;
  folder: string;
  /** The config file; installation `life`. */
  file: string;
  cove(args: string[], env?: Record<string, string>, input?: string): Promise<Outcome>;
  /** The same, to be watched while it is at work. */
  begin(args: string[], env?: Record<string, string>, input?: string): Watched;
  close(): Promise<void>;
}

export async function commandLine(cloud: Pick<Commanded, 'fake' | 'prepare' | 'open'>): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-command-'));
  const file = join(folder, 'life.yaml');
  const [beside, fake] = await Promise.all([cloud.open(folder), FakeStack.open(cloud.fake)]);
  cloud.prepare?.(fake.cloud);
  const begin: CommandLine['begin'] = (args, more = {}, input = '') => {
    const env = {
      ...process.env,
      ...beside.env,
      COVE_HOME: join(folder, 'home'),
      PULUMI_DEBUG_PROVIDERS: fake.env.PULUMI_DEBUG_PROVIDERS,
      NO_COLOR: '1',
      ...more,
    };
    const child = spawn(process.execPath, [MAIN, ...args, '--config', file], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      outcome.stderr += text;
    });
    const end = new Promise<Outcome>((resolve) => child.on('close', (code) => resolve({ ...outcome, code })));
    return { child, outcome, end };
  };
  return {
    beside,
    fake,
    folder,
    file,
    begin,
    cove: (...asked) => begin(...asked).end,
    async close() {
      await fake.close();
      await beside.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
