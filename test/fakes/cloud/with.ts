/** A program run by the real engine against fake clouds: file backend, no command line above it, nothing of the network. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type EngineEvent,
  LocalWorkspace,
  type PulumiFn,
  type Stack,
} from '@pulumi/pulumi/automation/index.js';
import type { AddressOf } from '../../../app/cli/engine/adopt.ts';
import { enginePath } from '../../../app/cli/engine/environment.ts';
import { takeOver } from '../../../app/cli/engine/operate.ts';
import { engine, withoutSummary } from '../../../app/cli/engine/stack.ts';
import { latestOf } from '../../../app/cli/engine/state-file.ts';
import { ensure } from '../../../toolchain/programs.js';
import { FakeCloud, type FakeCloudOptions } from './cloud.ts';
import { serveCloud } from './server.ts';

/** The providers that a fake stands in for. */
export const PACKAGES = ['aws', 'gcp', 'azure-native', 'kubernetes', 'random', 'tls', 'cove'];

export interface FakeStackOptions extends FakeCloudOptions {
  /** Absolute paths of policy packs: executables, or folders that hold `PulumiPolicy.yaml`. */
  policyPacks?: string[];
  /** @default 'test' */
  name?: string;
  /** Ports of providers that are served elsewhere, by package, in place of the fake. */
  providers?: Record<string, number>;
  /** Stands beside the engine's own variables. */
  env?: Record<string, string>;
  /**
   * The engine writes its state down at every step, as for a real installation, and not only when it ends: for tests
   * that kill it. Most of its time goes into that.
   *
   * @default false
   */
  checkpoints?: boolean;
}

/** What the engine did, as `create aws:ec2/vpc:Vpc network`. */
export type Changes = string[];

export interface Run {
  changes: Changes;
  /** Everything that was printed. */
  output: string;
}

const typeOf = (urn: string) => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** One stack on one fake cloud; `close` when done, or use `withFakeCloud`. */
export class FakeStack {
  readonly cloud: FakeCloud;
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly #options: FakeStackOptions;
  readonly #close: () => void;
  #stack: Stack | undefined;

  private constructor(
    cloud: FakeCloud,
    folder: string,
    env: Record<string, string>,
    options: FakeStackOptions,
    close: () => void,
  ) {
    this.cloud = cloud;
    this.folder = folder;
    this.env = env;
    this.#options = options;
    this.#close = close;
  }

  static async open(options: FakeStackOptions = {}): Promise<FakeStack> {
    const cloud = new FakeCloud(options);
    const { port, close } = await serveCloud(cloud);
    const folder = await mkdtemp(join(tmpdir(), 'cove-cloud-'));
    const env = {
      PATH: enginePath(await ensure('pulumi')),
      USER: process.env.USER ?? 'test',
      PULUMI_HOME: join(folder, 'home'),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: 'test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      PULUMI_DISABLE_REGISTRY_RESOLVE: 'true',
      PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: 'true',
      ...(options.checkpoints === true ? {} : { PULUMI_SKIP_CHECKPOINTS: 'true' }),
      // It lives for seconds: collecting garbage less often is a fifth of its time.
      GOGC: '400',
      PULUMI_DEBUG_PROVIDERS: PACKAGES.map((name) => `${name}:${options.providers?.[name] ?? port}`).join(
        ',',
      ),
      ...options.env,
    };
    return new FakeStack(cloud, folder, env, options, close);
  }

  async close(): Promise<void> {
    this.#close();
    await rm(this.folder, { recursive: true, force: true });
  }

  up = (program: PulumiFn, options: { refresh?: boolean } = {}) =>
    this.#run(program, (stack, watch) => stack.up({ ...watch, ...this.#packs(), ...options }));
  preview = (program: PulumiFn) =>
    this.#run(program, (stack, watch) => stack.preview({ ...watch, ...this.#packs() }));
  /** Also forgets of interrupted creations, of which nobody knows whether they came about. */
  refresh = () =>
    this.#run(
      async () => {},
      (stack, watch) => stack.refresh({ ...watch, clearPendingCreates: true }),
    );
  /** As `cove up` does after a run that was killed. */
  async settle(addressOf?: AddressOf): Promise<void> {
    await takeOver(await this.stack(), addressOf);
    await this.refresh();
  }
  destroy = (options: { excludeProtected?: boolean } = {}) =>
    this.#run(
      async () => {},
      (stack, watch) => stack.destroy({ ...watch, ...options }),
    );

  /** Ends the engine that is at work at once, as a power cut would, and takes away the lock that it leaves behind. */
  async kill(): Promise<void> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
    const engines = stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, command]) => Number(parent) === process.pid && command === 'pulumi');
    for (const [pid] of engines) process.kill(Number(pid), 'SIGKILL');
    await (await this.stack()).cancel();
  }

  /**
   * What the engine remembers, as `aws:ec2/vpc:Vpc network`: everything, what is protected, and what is not although
   * nothing stands on it; and how many operations were cut off.
   */
  async remembered(): Promise<{
    resources: string[];
    protected: string[];
    loose: string[];
    pending: number;
  }> {
    const { resources: all = [], pending_operations = [] } = latestOf(this.folder, this.#name);
    const known = all.filter(({ custom, urn }) => custom === true && !typeOf(urn).startsWith('pulumi:'));
    const stoodOn = new Set(all.flatMap(({ dependencies }) => dependencies ?? []));
    const label = ({ urn }: { urn: string }) => `${typeOf(urn)} ${urn.split('::').at(-1)}`;
    return {
      resources: known.map(label).sort(),
      protected: known
        .filter(({ protect }) => protect === true)
        .map(label)
        .sort(),
      loose: known
        .filter(({ urn, protect }) => protect !== true && !stoodOn.has(urn))
        .map(label)
        .sort(),
      pending: pending_operations.length,
    };
  }

  async outputs(): Promise<Record<string, unknown>> {
    const outputs = await (await this.stack()).workspace.stackOutputs(this.#name);
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** The stack itself, for what is not above. */
  async stack(program: PulumiFn = async () => {}): Promise<Stack> {
    // The Automation API takes the engine from the PATH of this very process.
    process.env.PATH = this.env.PATH;
    this.#stack ??= await this.#openStack(program);
    this.#stack.workspace.program = program;
    return this.#stack;
  }

  /** Once: every opening starts the engine. */
  async #openStack(program: PulumiFn): Promise<Stack> {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: this.#name, projectName: 'cove', program },
      {
        workDir: this.folder,
        envVars: this.env,
        pulumiCommand: await engine(),
        projectSettings: { name: 'cove', runtime: 'nodejs', backend: { url: `file://${this.folder}` } },
      },
    );
    return withoutSummary(stack);
  }

  get #name(): string {
    return this.#options.name ?? 'test';
  }

  #packs() {
    const { policyPacks } = this.#options;
    return policyPacks === undefined ? {} : { policyPacks };
  }

  async #run(
    program: PulumiFn,
    work: (
      stack: Stack,
      watch: { onEvent: (event: EngineEvent) => void; onOutput: (text: string) => void },
    ) => Promise<unknown>,
  ): Promise<Run> {
    const changes = new Set<string>();
    let output = '';
    const stack = await this.stack(program);
    await work(stack, {
      onEvent({ resourcePreEvent, resOutputsEvent }) {
        const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
        if (metadata === undefined || ['same', 'read', 'refresh'].includes(metadata.op)) return;
        const type = typeOf(metadata.urn);
        // Components are the program's own affair.
        if (PACKAGES.includes(type.split(':')[0] ?? '') && (metadata.new ?? metadata.old)?.custom === true)
          changes.add(`${metadata.op} ${type} ${metadata.urn.split('::').at(-1)}`);
      },
      onOutput: (text) => {
        output += text;
      },
    });
    return { changes: [...changes].sort(), output };
  }
}

/** Opens a stack on a fake cloud of its own and closes it whatever happens. */
export async function withFakeCloud<T>(
  options: FakeStackOptions,
  work: (stack: FakeStack) => Promise<T>,
): Promise<T> {
  const stack = await FakeStack.open(options);
  try {
    return await work(stack);
  } finally {
    await stack.close();
  }
}
