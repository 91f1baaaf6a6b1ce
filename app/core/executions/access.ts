/** How an execution is named from outside, and who may do what with it. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Status } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertMay, type Verb } from '../rights.ts';
import { readableProjects } from '../roles.ts';

export type Reference = { id: string } | { projectId: string; counter: number | 'latest' };

/** `<id>`, `<project id>:<counter>` or `<project id>:latest`; null is none of these. */
export function parseReference(text: string): Reference | null {
  if (isUuid(text)) return { id: text };
  const [projectId = '', counter = ''] = text.split(':', 2);
  if (!isUuid(projectId)) return null;
  if (counter === 'latest') return { projectId, counter: 'latest' };
  const number = Number(counter);
  return /^\d+$/.test(counter) && number <= 2_147_483_647 ? { projectId, counter: number } : null;
}

export interface ExecutionAccess {
  id: string;
  project_id: string;
  counter: number;
  status: Status;
  /** Of the environment it is queued in. */
  slug: string;
}

/** The execution, if the actor may do this with it. Deleted ones do not exist. */
export async function requireExecution(
  context: Context,
  text: string,
  verb: Verb,
  db: Kysely<Database> = context.platform.db,
): Promise<ExecutionAccess> {
  const what = `Execution ${text}`;
  const reference = parseReference(text);
  if (reference === null) throw notFound(what);
  let query = db
    .selectFrom('executions')
    .innerJoin('projects', 'projects.id', 'executions.project_id')
    .innerJoin('environments', 'environments.id', 'executions.environment_id')
    .select([
      'executions.id',
      'executions.project_id',
      'executions.counter',
      'executions.status',
      'environments.slug',
    ])
    .select(['projects.organization_id', 'projects.team_id'])
    .where('executions.deleted_at', 'is', null)
    .where(readableProjects(context.actor));
  if ('id' in reference) query = query.where('executions.id', '=', reference.id);
  else {
    query = query.where('executions.project_id', '=', reference.projectId);
    if (reference.counter === 'latest') query = query.orderBy('executions.counter', 'desc').limit(1);
    else query = query.where('executions.counter', '=', reference.counter);
  }
  const row = await query.executeTakeFirst();
  if (!row) throw notFound(what);
  await assertMay(db, context, row, verb, what);
  const { organization_id: _, team_id: __, ...execution } = row;
  return execution;
}
