/** A group of a worker stack, as autoscaling sees any group: what its scaler told last, and orders for it to carry out. */
import type { Kysely } from 'kysely';
import type { GroupLook, Machines } from '../../platform/machines/machines.ts';
import type { LookReport, StackOrder, StackReport } from '../../platform/machines/report.ts';
import type { Database } from '../../platform/tables.ts';
import { CoveError } from '../errors.ts';

/** Six syncs. */
const SILENT_MS = 30_000;

export function stackMachines(
  db: Kysely<Database>,
  { stack, group }: { stack: string; group: string },
): Machines {
  const load = () =>
    db.selectFrom('worker_stacks').selectAll().where('name', '=', stack).executeTakeFirstOrThrow();
  const pending = async (stackId: string): Promise<StackOrder[]> => {
    const rows = await db
      .selectFrom('worker_stack_orders')
      .select('orders')
      .where('worker_stack_id', '=', stackId)
      .where('machine_group', '=', group)
      .orderBy('id')
      .execute();
    return rows.map(({ orders }) => orders);
  };
  const look = async (): Promise<GroupLook> => {
    const row = await load();
    // Orders first: one that is carried out in between is told by the report.
    const orders = await pending(row.id);
    const { report, reported_at } = await load();
    return withOrders(lookOf(report, { stack, group, reportedAt: reported_at, now: new Date() }), orders);
  };
  const order = async (one: StackOrder): Promise<void> => {
    const { id } = await load();
    const values = { worker_stack_id: id, machine_group: group, orders: JSON.stringify(one) };
    await db.insertInto('worker_stack_orders').values(values).execute();
  };
  return {
    look,
    grow: (wanted) => order({ grow: wanted }),
    end: (ids) => order({ end: ids }),
    async forgo() {
      const { id } = await load();
      if (!(await pending(id)).some((one) => 'forgo' in one)) await order({ forgo: true });
    },
    async describe(id) {
      const { machines } = await look();
      return machines.find((one) => one.id === id && one.state !== 'ending' && !one.stray) ?? null;
    },
    close() {},
  };
}

interface Told {
  stack: string;
  group: string;
  reportedAt: Date | null;
  now: Date;
}

/** Throws `unavailable` with what a person can see to. Pure. */
export function lookOf(report: StackReport, { stack, group, reportedAt, now }: Told): LookReport {
  const silent = (since: string) =>
    new CoveError(
      'unavailable',
      `the scaler of worker stack ${stack} ${since}: look at its machine (\`cove logs scaler\` there)`,
    );
  if (reportedAt === null) throw silent('has not been heard of yet');
  if (now.getTime() - reportedAt.getTime() > SILENT_MS)
    throw silent(`was last heard of at ${reportedAt.toISOString()}`);
  const found = report[group];
  if (found === undefined)
    throw new CoveError(
      'unavailable',
      `worker stack ${stack} tells of no group ${group}: run \`cove up\` there`,
    );
  if ('error' in found) throw new CoveError('unavailable', found.error);
  return found;
}

/** As it will look when what is ordered is done, so that nothing is ordered twice. Pure. */
export function withOrders({ wanted, machines, ...rest }: LookReport, orders: StackOrder[]): GroupLook {
  const ending = new Set(orders.flatMap((one) => ('end' in one ? one.end : [])));
  const grown = orders.flatMap((one) => ('grow' in one ? [one.grow] : []));
  const leaving = machines.filter(
    ({ id, state, stray }) => ending.has(id) && state !== 'ending' && !stray,
  ).length;
  return {
    ...rest,
    wanted: Math.max(wanted - leaving, ...grown, 0),
    machines: machines.map(({ id, state, launched_at, stray }) => ({
      id,
      state: ending.has(id) ? ('ending' as const) : state,
      launchedAt: new Date(launched_at),
      ...(stray && { stray }),
    })),
  };
}
