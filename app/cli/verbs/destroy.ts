/** `cove destroy`: ends and removes the installation; data, state and keys stay unless purged. */
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endInstallation } from '../../../stacks/services.ts';
import { verb } from '../command.ts';
import { StateUnreadable } from '../engine/failure.ts';
import { stateFile } from '../engine/state-file.ts';
import { folderStore } from '../engine/state-store.ts';
import { takeStack } from '../engine/take-stack.ts';
import { removeFromEngine } from '../engine-leftovers.ts';
import { CliError, EXIT } from '../errors.ts';
import { findStack, type Installation, isCloud, isWorkers } from '../installation.ts';
import { declined, type Io } from '../io.ts';
import { getProgram } from '../programs.ts';
import { runSteps } from '../steps.ts';

/** What a later `up` continues from, with everything that people made. */
const KEPT = ['data', 'state', 'keys'];

export default verb<{ purge?: string; 'allow-data-loss'?: string[] }>({
  command: 'destroy',
  describe: 'End and remove the installation; data, state and keys stay',
  options: (yargs) =>
    yargs
      .option('purge', {
        type: 'string',
        requiresArg: true,
        describe: 'Remove data, state and keys too; takes the name of the installation, so that it is meant',
      })
      .option('allow-data-loss', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe:
          'Name of a resource of which a purge may leave no copy; may be given several times (clouds)',
      }),
  async run(args, io) {
    const installation = findStack(args);
    const allowed = args['allow-data-loss'] ?? [];
    if (isWorkers(installation)) {
      const { destroyWorkers } = await import('../cloud-verbs/workers.ts');
      return destroyWorkers(io, installation, args.purge, allowed);
    }
    if (isCloud(installation)) {
      const { destroyCloud } = await import('../cloud-verbs/destroy.ts');
      return destroyCloud(io, installation, args.purge, allowed);
    }
    const { name, places } = installation;
    if (args.purge !== undefined && args.purge !== name) {
      throw new CliError(`--purge says "${args.purge}", but this is installation "${name}".`, {
        exitCode: EXIT.usage,
        todo: `If you mean it: --purge ${name}.`,
      });
    }
    if (!existsSync(places.folder)) {
      io.result({ name, changes: 0, purged: false }, () =>
        io.say(`There is no installation "${name}" in ${places.home}.`),
      );
      return undefined;
    }
    const fate =
      args.purge === undefined
        ? 'Data, state and keys stay.'
        : 'EVERYTHING in it is lost: runs, data, users, keys.';
    if (!(await io.confirm(`Destroy installation "${name}" in ${places.folder}? ${fate}`))) throw declined();
    await takeStack(io, folderStore(places.state), name);
    const changes = await end(io, installation, args.purge !== undefined);
    io.result({ name, changes, purged: args.purge !== undefined }, () =>
      io.say(
        args.purge === undefined
          ? `Installation "${name}" is gone; its data, state and keys are in ${places.folder}. \`npx cove up\` brings it back.`
          : `Installation "${name}" is gone with everything in it.`,
      ),
    );
    return undefined;
  },
});

async function end(io: Io, installation: Installation, purge: boolean): Promise<number> {
  const { name, places, config } = installation;
  let changes = 0;
  await runSteps(io, [
    {
      title: `Ending installation "${name}"`,
      run: async (say) => {
        if (!existsSync(stateFile(places.state, name))) {
          return (await endInstallation(places.folder)) ? 'ended what ran' : 'nothing had been made';
        }
        const pulumi = await getProgram('pulumi', say);
        const { onStack } = await import('../up/apply.ts');
        const { destroy } = await import('../engine/operate.ts');
        try {
          changes = await onStack(io, installation, pulumi, say, destroy);
        } catch (error) {
          // What goes with everything else need not be read first.
          if (!purge || !(error instanceof StateUnreadable)) throw error;
          await endInstallation(places.folder);
          return 'ended without its state, which cannot be read';
        }
        return `${changes} parts removed`;
      },
    },
    {
      title: 'Removing what its jobs left with Docker',
      run: () => removeFromEngine(config.dockerSocket, places.data),
    },
    { title: 'Removing files', run: () => removeFiles(places.folder, purge ? [] : KEPT) },
  ]);
  return changes;
}

async function removeFiles(folder: string, kept: string[]): Promise<string> {
  for (const entry of await readdir(folder)) {
    if (!kept.includes(entry)) await rm(join(folder, entry), { recursive: true, force: true });
  }
  await rmdir(folder).catch(() => undefined);
  return kept.length === 0 ? 'everything' : `everything but ${kept.join(', ')}`;
}
