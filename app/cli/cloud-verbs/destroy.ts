/** `cove destroy` of an installation in a cloud: what holds data stays, and what that stands on; both are listed. */

import { leftOf, nameOf, refuseLoss, titleOf } from '../clouds/fate.ts';
import { cloudOf } from '../clouds/index.ts';
import type { StateResource } from '../engine/state-file.ts';
import { CliError, EXIT, needsAPerson } from '../errors.ts';
import { type CloudInstallation, isWorkers, type WorkerStack } from '../installation.ts';
import { declined, type Io } from '../io.ts';
import { guardsItself, remaining } from '../plan/data.ts';
import { getProgram } from '../programs.ts';
import { seatOf } from '../seat.ts';
import { runSteps } from '../steps.ts';

export async function destroyCloud(
  io: Io,
  installation: CloudInstallation | WorkerStack,
  purge: string | undefined,
  allowDataLoss: string[] = [],
): Promise<undefined> {
  const { name, config } = installation;
  const what = isWorkers(installation) ? 'workers' : 'installation';
  if (purge !== undefined && purge !== name) {
    throw new CliError(`--purge says "${purge}", but this is installation "${name}".`, {
      exitCode: EXIT.usage,
      todo: `If you mean it: --purge ${name}.`,
    });
  }
  const { store } = await seatOf(installation);
  const { resources = [] } = await store.latest(name);
  const { kept, stoodOn } = remaining(resources);
  const cloud = await cloudOf(config);
  if (purge === undefined) {
    tell(io, 'These hold data and stay:', kept);
    tell(io, 'These stay because those stand on them:', stoodOn);
  } else {
    const refusal = refuseLoss(kept, config, cloud.fate, allowDataLoss);
    if (refusal !== undefined) throw refusal;
    tell(io, 'These hold data and are DELETED too:', kept);
  }
  if (!(await io.confirm(`Destroy ${what} "${name}"${purge ? ' WITH ITS DATA' : ''}?`))) throw declined();
  let changes = 0;
  let copies: string[] = [];
  await runSteps(io, [
    ...(purge === undefined
      ? []
      : [
          {
            title: 'A last backup of the data',
            run: async (say: (line: string) => void) => {
              if (isWorkers(installation)) return 'workers keep none';
              const wanted = kept.filter((one) => !allowDataLoss.includes(nameOf(one)));
              copies = (await cloud.lastBackup?.(name, installation.config, wanted, say)) ?? [];
              return copies.length === 0 ? 'as told below' : 'made';
            },
          },
        ]),
    {
      title: `Ending ${what} "${name}"`,
      run: async (say) => {
        const pulumi = await getProgram('pulumi', say);
        const { onStack } = await import('../up/apply.ts');
        const { destroy } = await import('../engine/operate.ts');
        const guarded = resources.filter((one) => guardsItself(one) && !kept.includes(one));
        const target = [...(purge === undefined ? [] : kept), ...guarded].map(({ urn }) => urn);
        if (target.length > 0)
          await unguard(io, installation, pulumi, target, purge === undefined ? GUARDED : PURGE, say);
        const keep = purge === undefined;
        changes = await onStack(io, installation, pulumi, say, (operation) => destroy(operation, keep), {
          ignoreProtect: !keep,
        });
        return `${changes} removed`;
      },
    },
  ]);
  const purged = purge !== undefined;
  // A stack of workers keeps nothing that people made, but in file systems.
  const left = purged && !isWorkers(installation) ? leftOf(kept, config, cloud.fate) : [];
  io.result({ name, changes, purged, kept: kept.map(titleOf), copies: [...copies, ...left] }, () => {
    io.say(
      purge === undefined
        ? `Installation "${name}" is gone, save what is listed above. \`npx cove up\` brings it back; \`npx cove destroy --purge ${name}\` removes the rest.`
        : `Installation "${name}" is gone with its data. Its state stays in its bucket.`,
    );
    for (const copy of copies) io.say(copy);
    if (left.length > 0) io.say('Of what is gone this is left for a while:');
    for (const line of left) io.say(line);
  });
  return undefined;
}

/** What the cloud itself guards is unguarded by an `up` of it alone: nothing that is gone comes back. */
async function unguard(
  io: Io,
  installation: CloudInstallation | WorkerStack,
  pulumi: string,
  target: string[],
  purge: string[],
  say: (line: string) => void,
): Promise<void> {
  const { onStack, apply } = await import('../up/apply.ts');
  const { preview } = await import('../engine/operate.ts');
  // Snapshots outlive what they are of: the name of an earlier installation's may be there.
  const lastBackup = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const choices = { purge, lastBackup, ignoreProtect: true };
  const changes = await onStack(io, installation, pulumi, say, preview, choices);
  const unknown = changes.filter(({ operation }) => operation === 'delete');
  // The engine loses the order of what it keeps where an `up` of some things meets others that the config has no more.
  if (unknown.length > 0) {
    throw needsAPerson(
      `The configuration has changed since the last \`up\`: it no longer has ${unknown.map(({ kind, name }) => `${kind} ${name}`).join(', ')}.`,
      'Run `npx cove up` first, or take that change back.',
    );
  }
  await apply(io, installation, pulumi, say, { target }, choices);
}

/** What components guard, by the names they know (components/choices.ts): without data, and all. */
const GUARDED = ['ingress'];
const PURGE = ['database', 'storage', 'secrets', 'mounts', ...GUARDED];

function tell(io: Io, title: string, resources: StateResource[]): void {
  if (resources.length === 0) return;
  io.say(title);
  for (const resource of resources)
    io.say(`  ${titleOf(resource)}${resource.id === undefined ? '' : `  ${resource.id}`}`);
}
