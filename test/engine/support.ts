/** An installation driven through the real engine, without the command line above it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import { engineEnvironment, enginePath } from '../../app/cli/engine/environment.ts';
import { openStack } from '../../app/cli/engine/stack.ts';
import { coveHome, placesOf } from '../../app/cli/installation.ts';
import { loadConfig } from '../../config/load.ts';
import { program } from '../../stacks/index.ts';
import { ensure } from '../../toolchain/programs.js';
import type { Installation } from '../support/installation.ts';

const settingsOf = async (at: Installation) => ({
  name: at.name,
  configFile: at.configFile,
  places: placesOf(coveHome({ COVE_HOME: at.home }), at.name),
  pulumi: await ensure('pulumi'),
});

/** What the engine did, as `update Service api`. */
export type Changes = string[];

export class Driven {
  readonly at: Installation;
  constructor(at: Installation) {
    this.at = at;
  }

  up = (options: { refresh?: boolean } = {}) =>
    this.#watched((stack, onEvent) => stack.up({ ...options, onEvent }));
  preview = () => this.#watched((stack, onEvent) => stack.preview({ onEvent }));
  refresh = () => this.#watched((stack, onEvent) => stack.refresh({ onEvent }));
  destroy = () => this.#watched((stack, onEvent) => stack.destroy({ onEvent }));

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.pulumi('stack', 'output', '--json'));
  }

  /** A plain `pulumi` in a shell that `cove env` has prepared. */
  async pulumi(...args: string[]): Promise<string> {
    const settings = await settingsOf(this.at);
    const env = { ...process.env, ...engineEnvironment(settings), PATH: enginePath(settings.pulumi) };
    const { stdout } = await promisify(execFile)('pulumi', args, { cwd: settings.places.project, env });
    return stdout;
  }

  async #stack(): Promise<Stack> {
    const settings = await settingsOf(this.at);
    return openStack(settings, program(loadConfig({ file: this.at.configFile })));
  }

  async #watched(
    work: (stack: Stack, onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  ): Promise<Changes> {
    const changes = new Set<string>();
    await work(await this.#stack(), ({ resourcePreEvent, resOutputsEvent }) => {
      const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
      if (metadata === undefined || ['same', 'read', 'refresh'].includes(metadata.op)) return;
      const [type, name] = metadata.urn.split('::').slice(2);
      if (type?.includes('cove:local:')) changes.add(`${metadata.op} ${type.split(':').at(-1)} ${name}`);
    });
    return [...changes].sort();
  }
}
