/** A program run by the real engine against fake clouds: file backend, no command line above it, nothing of the network. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from '@pulumi/pulumi/automation/index.js';
import { enginePath } from '../../../app/cli/engine/environment.ts';
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
  /** Stands beside the engine's own variables. */
  env?: Record<string, string>;
}

/** What the engine did, as `create aws:ec2/vpc:Vpc network`. */
export type Changes = string[];

export interface Run {
  changes: Changes;
  /** Everything that was printed. */
  output: string;
  outputs: Record<string, unknown>;
}

/** One stack on one fake cloud; `close` when done, or use `withFakeCloud`. */
export class FakeStack {
  readonly cloud: FakeCloud;
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly #options: FakeStackOptions;
  readonly #close: () => void;

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
      PULUMI_DEBUG_PROVIDERS: PACKAGES.map((name) => `${name}:${port}`).join(','),
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
  refresh = () =>
    this.#run(
      async () => {},
      (stack, watch) => stack.refresh(watch),
    );
  destroy = (options: { excludeProtected?: boolean } = {}) =>
    this.#run(
      async () => {},
      (stack, watch) => stack.destroy({ ...watch, ...options }),
    );

  /** The stack itself, for what is not above. */
  async stack(program: PulumiFn = async () => {}): Promise<Stack> {
    // The Automation API takes the engine from the PATH of this very process.
    process.env.PATH = this.env.PATH;
    return LocalWorkspace.createOrSelectStack(
      { stackName: this.#options.name ?? 'test', projectName: 'cove', program },
      {
        workDir: this.folder,
        envVars: this.env,
        pulumiCommand: await PulumiCommand.get(),
        projectSettings: { name: 'cove', runtime: 'nodejs', backend: { url: `file://${this.folder}` } },
      },
    );
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
    const result = await work(stack, {
      onEvent({ resourcePreEvent, resOutputsEvent }) {
        const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
        if (metadata === undefined || ['same', 'read', 'refresh'].includes(metadata.op)) return;
        const [types = '', name] = metadata.urn.split('::').slice(2);
        const type = types.split('$').at(-1) ?? '';
        if (!type.startsWith('pulumi:')) changes.add(`${metadata.op} ${type} ${name}`);
      },
      onOutput: (text) => {
        output += text;
      },
    });
    const outputs = (result as { outputs?: Record<string, { value: unknown }> }).outputs ?? {};
    return {
      changes: [...changes].sort(),
      output,
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
    };
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
