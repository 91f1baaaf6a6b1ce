/** The installation's Pulumi stack, opened through the Automation API on the same state as a plain `pulumi up`. */

import { mkdir } from 'node:fs/promises';
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';
import { type EngineSettings, engineEnvironment, enginePath, usesPassphrase } from './environment.ts';
import { ensurePassphrase } from './passphrase.ts';
import { prepareProject } from './project.ts';

/** Everything the engine needs on disk; `cove env` does the same for a plain `pulumi up`. */
export async function prepareEngine({ places, name, backend }: EngineSettings): Promise<void> {
  await mkdir(places.state, { recursive: true, mode: 0o700 });
  await mkdir(places.pulumiHome, { recursive: true, mode: 0o700 });
  if (usesPassphrase(backend)) await ensurePassphrase(places, name);
  await prepareProject(places.project);
}

/** Asked for its version once by each process. */
let command: Promise<PulumiCommand> | undefined;
export const engine = (): Promise<PulumiCommand> => (command ??= PulumiCommand.get());

export async function openStack(settings: EngineSettings, program: PulumiFn): Promise<Stack> {
  await prepareEngine(settings);
  // The engine, the language host and our provider find each other by PATH; they inherit it from here.
  process.env.PATH = enginePath(settings.pulumi);
  const environment = engineEnvironment(settings);
  Object.assign(process.env, environment);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: settings.name, projectName: 'cove', program },
    {
      workDir: settings.places.project,
      envVars: environment,
      pulumiHome: settings.places.pulumiHome,
      pulumiCommand: settings.ignoreProtect ? ignoringProtect(await engine()) : await engine(),
      ...(settings.backend === undefined ? {} : { secretsProvider: settings.backend.secretsProvider }),
    },
  );
  return withoutSummary(stack);
}

/** `up`, `refresh` and `destroy` end by asking for outputs and history: up to three more starts of the engine, read by nobody. */
export const withoutSummary = (stack: Stack): Stack =>
  Object.assign(Object.create(stack), { outputs: async () => ({}), info: async () => undefined });

const GUARDED = ['preview', 'up', 'destroy'];

/** The Automation API has no option for it, nor does it tell of `run`, by which it calls the engine. */
function ignoringProtect(command: PulumiCommand): PulumiCommand {
  const { run } = command as PulumiCommand & { run: (args: string[], ...rest: unknown[]) => unknown };
  const guarding = (args: string[], ...rest: unknown[]) =>
    run.call(command, GUARDED.includes(args[0] ?? '') ? [...args, '--ignore-protect'] : args, ...rest);
  return Object.assign(Object.create(command), { run: guarding });
}
