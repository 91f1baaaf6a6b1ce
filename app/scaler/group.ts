/** What is told of groups of machines, and what is done with them. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Machines } from '../platform/machines/machines.ts';
import type { SyncRequest, SyncResponse } from '../protocol/worker.ts';

type Report = z.infer<typeof SyncRequest>['groups'];
type Signer = z.infer<typeof SyncRequest>['signer'];
type Orders = z.infer<typeof SyncResponse>['orders'];

/** One group that its cloud does not tell of keeps no other from being told. */
export async function reportOf(groups: Map<string, Machines>): Promise<Report> {
  const looks = [...groups].map(async ([name, machines]) => {
    try {
      const { machines: all, ...rest } = await machines.look();
      const told = all.map(({ launchedAt, ...machine }) => ({
        ...machine,
        launched_at: launchedAt.toISOString(),
      }));
      return [name, { ...rest, machines: told }] as const;
    } catch (error) {
      return [name, { error: (error as Error).message.slice(0, 2000) }] as const;
    }
  });
  return Object.fromEntries(await Promise.all(looks));
}

/** All groups of a worker stack are in one cluster, or in none. Where it does not tell, the installation goes by what it knows. */
export async function signerOf(groups: Map<string, Machines>): Promise<Signer> {
  const [first] = groups.values();
  const signer = await first?.signer?.().catch(() => undefined);
  return signer && { issuer: signer.issuer, keys: { keys: signer.keys.keys.map((key) => ({ ...key })) } };
}

/** Ids of what was tried: one that fails is not tried again, for the next look tells what to do, and its log why. */
export async function carryOut(
  groups: Map<string, Machines>,
  orders: Orders,
  log: Logger,
): Promise<number[]> {
  const done: number[] = [];
  for (const { id, group, order } of orders) {
    done.push(id);
    const machines = groups.get(group);
    try {
      if (machines === undefined) throw new Error(`no group ${group} is in this scaler's charge`);
      if ('grow' in order) await machines.grow(order.grow);
      else if ('end' in order) await machines.end(order.end);
      else await machines.forgo();
      log.info({ group, order }, 'carried out');
    } catch (error) {
      log.warn({ group, order }, `could not be carried out: ${(error as Error).message}`);
    }
  }
  return done;
}
