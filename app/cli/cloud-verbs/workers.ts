/** `cove preview`, `up` and `destroy` of a stack of workers: proven by a job on one of its machines. */
import type { WorkerStack } from '../installation.ts';
import type { Io } from '../io.ts';
import { planLines } from '../plan/plan.ts';
import { runSteps } from '../steps.ts';
import { destroyCloud } from './destroy.ts';
import { checkHome, homeOf, proveWorkers, untilSeen } from './home.ts';
import { agreed, apply, planned, tellPlan } from './up.ts';

export async function previewWorkers(io: Io, stack: WorkerStack): Promise<undefined> {
  // Without a token the installation is not asked: what would be made is the same.
  if ((process.env.COVE_TOKEN ?? '') !== '') await checkHome(stack);
  const { changes } = await planned(io, stack);
  await tellPlan(io, stack, { joins: stack.url }, changes);
  return undefined;
}

export async function upWorkers(
  io: Io,
  stack: WorkerStack,
  allowDataLoss: string[],
  patienceMs: number,
): Promise<undefined> {
  const { name, url } = stack;
  // Before anything is made: an installation that would refuse it at the end.
  await checkHome(stack);
  const { changes, pulumi } = await planned(io, stack);
  for (const line of planLines(changes, io.terminal)) io.say(line);
  const ignoreProtect = await agreed(io, changes, allowDataLoss);
  const start = Date.now();
  await runSteps(io, [
    { title: `Workers "${name}"`, run: (say) => apply(io, stack, pulumi, ignoreProtect, say) },
    { title: 'Its scaler', run: (say) => untilSeen(stack, changes.length > 0 ? start : 0, patienceMs, say) },
  ]);
  const run = changes.length === 0 ? null : await proveWorkers(io, stack);
  io.result({ name, joins: url, changes: changes.length, proof: run }, () => {
    io.say();
    io.say(`Workers "${name}" of ${url} are up.`);
    if (run !== null) io.say(`  proven    by execution ${run.counter} of project example: ${run.url}`);
  });
  return undefined;
}

export async function destroyWorkers(
  io: Io,
  stack: WorkerStack,
  purge: string | undefined,
  allowDataLoss: string[],
): Promise<undefined> {
  homeOf(stack);
  return destroyCloud(io, stack, purge, allowDataLoss);
}
