/** What the worker-stack verbs share: the name, the right, and how one looks. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireOperator } from '../rights.ts';

export const StackName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'small letters, digits and "-", beginning with a letter, at most 32');

export interface WorkerStackView
  extends Pick<Selectable<Database['worker_stacks']>, 'id' | 'name' | 'ctime' | 'report'> {
  cloud: string;
  /** When its scaler was heard of last. */
  reported_at: Date | null;
  /** Slugs of the environments that its config has. */
  environments: string[];
}

/** Environments are the operator's: so are the stacks that bring them. Throws 403 for other people. */
export const requireStacks = (tx: Kysely<Database>, context: Context, name: string) =>
  requireOperator(tx, context, 'environment.update', `Worker stack ${name}`);

export function stackViews(tx: Kysely<Database>) {
  return tx
    .selectFrom('worker_stacks')
    .select(['id', 'name', 'ctime', 'report', 'reported_at'])
    .select((eb) => [
      eb.ref('proof', '->>').key('kind').$castTo<string>().as('cloud'),
      sql<string[]>`(SELECT coalesce(array_agg(slug ORDER BY slug), '{}') FROM environments
        WHERE worker_stack_id = worker_stacks.id AND in_config)`.as('environments'),
    ]);
}

export async function viewStack(tx: Kysely<Database>, name: string): Promise<WorkerStackView> {
  const found = await stackViews(tx).where('name', '=', name).executeTakeFirst();
  if (found) return found;
  throw notFound(`Worker stack ${name}`);
}
