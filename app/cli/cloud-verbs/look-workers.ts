/** `cove status` and `doctor` of a stack of workers: what its own cloud and the installation that it joins tell of it. */
import { type Finding, fail, ok, warn } from '../checks/finding.ts';
import { cloudOf } from '../clouds/index.ts';
import { EXIT, explain } from '../errors.ts';
import type { WorkerStack } from '../installation.ts';
import type { Io } from '../io.ts';
import { seatOf } from '../seat.ts';
import { duration, table } from '../table.ts';
import { checkHome, type Entry, entryOf, isAwake } from './home.ts';
import { lookAtHosts, tellFindings } from './look.ts';

/** Of the stack's outputs, as its state has them (components/contract). */
interface Made {
  logGroup: string;
  workerGroups: { environment: string; group: string }[];
}

/** Undefined: it was not made, or not to its end. */
async function madeOf(stack: WorkerStack): Promise<Made | undefined> {
  const { store } = await seatOf(stack);
  const { resources = [] } = await store.latest(stack.name);
  const root = resources.find(({ type }) => type === 'pulumi:pulumi:Stack');
  return root?.outputs?.workers as Made | undefined;
}

export async function statusWorkers(io: Io, stack: WorkerStack): Promise<number | undefined> {
  const { name, url, config } = stack;
  const [made, home] = await Promise.all([madeOf(stack), asked(stack)]);
  const { entry, trouble } = home;
  const awake = entry !== null && isAwake(entry);
  const groups = config.environments.map(({ slug, ceiling }) => {
    const group = made?.workerGroups.find(({ environment }) => environment === slug)?.group ?? null;
    const told = entry?.groups.find((one) => one.group === group);
    const { machines = null, wanted = null } = told ?? {};
    return { environment: slug, group, ceiling, machines, wanted, trouble: told?.trouble ?? null };
  });
  const seen = entry?.last_seen ?? null;
  const logGroup = made?.logGroup ?? null;
  const well = made !== undefined && awake && groups.every((group) => group.trouble === null);
  io.result({ name, joins: url, well, lastSeen: seen, home: trouble, logGroup, groups }, () => {
    const rows = groups.map(({ environment, group, ceiling, machines, wanted, trouble: why }) => [
      environment,
      group ?? 'not made yet',
      machines === null ? `at most ${ceiling}` : `${machines} of ${wanted} machines, at most ${ceiling}`,
      why ?? '',
    ]);
    for (const line of table(rows)) io.say(line);
    io.say();
    io.say(`scaler     ${trouble ?? sightOf(entry)}`);
    io.say(`joins      ${url}`);
    if (logGroup !== null) io.say(`log group  ${logGroup}`);
    if (!well) io.say('`npx cove doctor` tells how to mend it.');
  });
  return well ? undefined : EXIT.failed;
}

export async function doctorWorkers(io: Io, stack: WorkerStack): Promise<number | undefined> {
  const { name, url, config } = stack;
  const cloud = await cloudOf(config);
  const [account, home, { entry }] = await Promise.all([
    cloud.preflight(name, config),
    checkHome(stack).then(
      () => ok('installation', `${url} takes workers "${name}"`),
      (error) => homeFinding(stack, error),
    ),
    asked(stack),
  ]);
  const findings: Finding[] = [...account, home];
  if (entry !== null) {
    const sight = sightOf(entry);
    findings.push(
      isAwake(entry)
        ? ok('scaler', sight)
        : fail('scaler', sight, 'one that asks for work', '`npx cove logs scaler` tells why.'),
      ...entry.groups
        .filter(({ trouble }) => trouble !== null)
        .map(({ group, trouble }) =>
          warn(group, trouble!, 'machines when jobs wait', 'The cloud says so; ask it for more, or wait.'),
        ),
    );
  }
  const isIn = account.every(({ check, level }) => check !== 'login' || level === 'ok');
  if (isIn && !(entry !== null && isAwake(entry))) findings.push(...(await lookAtHosts(stack)));
  return tellFindings(io, name, findings);
}

/** What is known there, or in words why that cannot be told. */
async function asked(stack: WorkerStack): Promise<{ entry: Entry | null; trouble: string | null }> {
  try {
    return { entry: await entryOf(stack), trouble: null };
  } catch (error) {
    return { entry: null, trouble: explain(error).message };
  }
}

const homeFinding = ({ url }: WorkerStack, error: unknown): Finding => {
  const { message, todo = '' } = explain(error);
  return fail('installation', message, `${url}, as its administrator`, todo);
};

/** Pure, but for the time. */
function sightOf(entry: Entry | null): string {
  if (entry === null) return 'not entered at the installation; `npx cove up` does it';
  if (entry.last_seen === null) return 'not seen yet';
  return `asked for work ${duration((Date.now() - Date.parse(entry.last_seen)) / 1000)} ago`;
}
