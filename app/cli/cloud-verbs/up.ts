/** `cove preview` and `cove up` of an installation in a cloud. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';
import { describe } from '../checks/finding.ts';
import { cloudOf } from '../clouds/index.ts';
import { needsAPerson } from '../errors.ts';
import { CHECKOUT, type CloudInstallation, type WorkerStack } from '../installation.ts';
import { declined, type Io } from '../io.ts';
import { type Change, planLines, refuseDataLoss } from '../plan/plan.ts';
import { Progress } from '../plan/progress.ts';
import { getProgram } from '../programs.ts';
import { runSteps } from '../steps.ts';
import { proveCloud } from './prove.ts';
import { untilWell } from './reach.ts';

/** The pack has the last word wherever it is part of the checkout. */
function policyPack(): string | undefined {
  const pack = join(CHECKOUT, 'policies', 'pack');
  return existsSync(pack) ? pack : undefined;
}

export async function previewCloud(io: Io, installation: CloudInstallation): Promise<undefined> {
  const { changes } = await planned(io, installation);
  await tellPlan(io, installation, {}, changes);
  return undefined;
}

/** `which`: what else is said of it to those who read the result. */
export async function tellPlan(
  io: Io,
  { name, config }: CloudInstallation | WorkerStack,
  which: { joins?: string },
  changes: Change[],
): Promise<void> {
  const policies = policyPack() === undefined ? 'not part of this checkout' : 'kept';
  const { egressOf } = await import('../../../stacks/egress.ts');
  const egress = await egressOf(name, config);
  io.result({ name, ...which, changes: changes.length, policies, egress, steps: changes }, () => {
    for (const line of planLines(changes, io.terminal)) io.say(line);
    io.say(`Policies: ${policies}.`);
    if (egress.length > 0) io.say(`For your firewall, its machines reach: ${egress.join(', ')}.`);
  });
}

/** Pre-flight, then what the engine foresees. A policy that is broken throws with exit code 3. */
export async function planned(io: Io, installation: CloudInstallation | WorkerStack) {
  let changes: Change[] = [];
  let pulumi = '';
  await runSteps(io, [
    { title: 'Looking at the account', run: (say) => checkAccount(installation, say) },
    {
      title: 'Getting programs',
      run: async (say) => {
        pulumi = await getProgram('pulumi', say);
        return 'all here';
      },
    },
    {
      title: 'Planning',
      run: async (say) => {
        const { onStack } = await import('../up/apply.ts');
        const { preview } = await import('../engine/operate.ts');
        const policies = policyPack();
        changes = await onStack(
          io,
          installation,
          pulumi,
          say,
          (operation) => preview({ ...operation, ...(policies && { policies }) }),
          // What is guarded shall be seen here, and be refused in words.
          { ignoreProtect: true },
        );
        return changes.length === 0 ? 'no change' : `${changes.length} changes`;
      },
    },
  ]);
  return { changes, pulumi };
}

async function checkAccount(
  { name, config }: CloudInstallation | WorkerStack,
  say: (line: string) => void,
): Promise<string> {
  const { imageTrouble } = await import('../../../stacks/images.ts');
  const images = imageTrouble(config);
  if (images !== undefined) throw needsAPerson(images, 'Then run this again.');
  const findings = await (await cloudOf(config)).preflight(name, config);
  const failed = findings.filter(({ level }) => level === 'fail');
  const warned = findings.filter(({ level }) => level === 'warn');
  for (const finding of warned) say(describe(finding));
  if (failed.length > 0) {
    throw needsAPerson(
      `The account is not ready for "${name}":\n${failed.map(describe).join('\n')}`,
      'Mend that, then run this again.',
    );
  }
  return warned.length === 0 ? 'fit' : `fit, ${warned.length} warning${warned.length > 1 ? 's' : ''}`;
}

/** Whether data is lost by it: whoever gets past here with a loss has named it. Throws where it shall not be done. */
export async function agreed(io: Io, changes: Change[], allowDataLoss: string[]): Promise<boolean> {
  const refusal = refuseDataLoss(changes, allowDataLoss);
  if (refusal !== undefined) throw refusal;
  if (changes.length > 0 && !(await io.confirm('Make it so?'))) throw declined();
  return changes.some(({ losesData }) => losesData);
}

export async function upCloud(
  io: Io,
  installation: CloudInstallation,
  allowDataLoss: string[],
  patienceMs: number,
): Promise<undefined> {
  const { name, url } = installation;
  const { changes, pulumi } = await planned(io, installation);
  if (changes.length > 0) for (const line of planLines(changes, io.terminal)) io.say(line);
  const ignoreProtect = await agreed(io, changes, allowDataLoss);
  await runSteps(io, [
    {
      title: `Installation "${name}"`,
      run: (say) => apply(io, installation, pulumi, ignoreProtect, say),
    },
    { title: url, run: async (say) => void (await untilWell(installation, say, patienceMs)) },
  ]);
  const proof = await proveCloud(io, installation, { always: false });
  io.result({ name, url, changes: changes.length, proof }, () => {
    io.say();
    io.say(`Installation "${name}" is up.`);
    io.say(`  web       ${url}`);
    io.say('  sign in   `npx cove password` tells name and password');
    io.say(`  next      vh login --host ${url}   or   npx cove status`);
    if (proof !== null) io.say(`  proven    by execution ${proof.counter} of project example: ${proof.url}`);
  });
  return undefined;
}

export async function apply(
  io: Io,
  installation: CloudInstallation | WorkerStack,
  pulumi: string,
  ignoreProtect: boolean,
  say: (line: string) => void,
): Promise<string> {
  const { apply: run } = await import('../up/apply.ts');
  const progress = new Progress();
  const policies = policyPack();
  // On a terminal all that is under way is redrawn each second; elsewhere each thing is a line when it is done.
  const draw = () => say(progress.underWay(Date.now()).join('\n'));
  const timer = io.terminal ? setInterval(draw, 1000) : undefined;
  const notes: string[] = [];
  try {
    const onEvent = (event: EngineEvent) => {
      for (const line of progress.take(event, Date.now())) {
        if (!io.terminal) say(line);
        else if (/DNS record/.test(line)) notes.push(line);
      }
      if (io.terminal) say([...notes, ...progress.underWay(Date.now())].join('\n'));
    };
    const more = { onEvent, ...(policies && { policies }) };
    const changes = await run(io, installation, pulumi, () => {}, more, { ignoreProtect });
    return changes === 0 ? 'no change' : `${changes} changes`;
  } finally {
    clearInterval(timer);
  }
}
