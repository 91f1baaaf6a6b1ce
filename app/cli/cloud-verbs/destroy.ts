/** `cove destroy` of an installation in a cloud: what holds data stays, and what that stands on; both are listed. */

import type { StateResource } from '../engine/state-file.ts';
import { CliError, EXIT } from '../errors.ts';
import type { CloudInstallation } from '../installation.ts';
import { declined, type Io } from '../io.ts';
import { remaining } from '../plan/data.ts';
import { getProgram } from '../programs.ts';
import { seatOf } from '../seat.ts';
import { runSteps } from '../steps.ts';

export async function destroyCloud(
  io: Io,
  installation: CloudInstallation,
  purge: string | undefined,
): Promise<undefined> {
  const { name } = installation;
  if (purge !== undefined && purge !== name) {
    throw new CliError(`--purge says "${purge}", but this is installation "${name}".`, {
      exitCode: EXIT.usage,
      todo: `If you mean it: --purge ${name}.`,
    });
  }
  const { store } = await seatOf(installation);
  const { resources = [] } = await store.latest(name);
  const { kept, stoodOn } = remaining(resources);
  if (purge === undefined) {
    tell(io, 'These hold data and stay:', kept);
    tell(io, 'These stay because those stand on them:', stoodOn);
  } else {
    tell(io, 'These hold data and are DELETED too (the database leaves a final snapshot):', kept);
  }
  if (!(await io.confirm(`Destroy installation "${name}"${purge ? ' WITH ITS DATA' : ''}?`)))
    throw declined();
  let changes = 0;
  await runSteps(io, [
    {
      title: `Ending installation "${name}"`,
      run: async (say) => {
        const pulumi = await getProgram('pulumi', say);
        const { onStack, release, apply } = await import('../up/apply.ts');
        const { destroy } = await import('../engine/operate.ts');
        if (purge !== undefined && kept.length > 0) {
          // What the cloud itself guards is unguarded by an `up` first.
          await release(
            io,
            installation,
            pulumi,
            kept.map(({ urn }) => urn),
          );
          await apply(io, installation, pulumi, say, {}, { purge: PURGE });
        }
        changes = await onStack(io, installation, pulumi, say, (operation) =>
          destroy(operation, purge === undefined),
        );
        return `${changes} removed`;
      },
    },
  ]);
  io.result({ name, changes, purged: purge !== undefined, kept: kept.map(nameOf) }, () =>
    io.say(
      purge === undefined
        ? `Installation "${name}" is gone, save what is listed above. \`npx cove up\` brings it back; \`npx cove destroy --purge ${name}\` removes the rest.`
        : `Installation "${name}" is gone with its data. Its state stays in its bucket.`,
    ),
  );
  return undefined;
}

/** What components protect, by the names they know (components/choices.ts). */
const PURGE = ['database', 'storage', 'secrets', 'mounts', 'ingress'];
const nameOf = ({ type, urn }: StateResource) => `${type.split(':').at(-1)} ${urn.split('::').at(-1)}`;

function tell(io: Io, title: string, resources: StateResource[]): void {
  if (resources.length === 0) return;
  io.say(title);
  for (const resource of resources)
    io.say(`  ${nameOf(resource)}${resource.id === undefined ? '' : `  ${resource.id}`}`);
}
