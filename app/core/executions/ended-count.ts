/** How many executions that have ended a filter finds, without reading them. */
import { type RawBuilder, sql } from 'kysely';
import type { Status } from '../../platform/words.ts';
import type { Actor } from '../context.ts';
import { readableProjects } from '../roles.ts';
import type { ListExecutions } from './list.ts';

type Table = 'executions' | 'execution_counts';

/** `among`: the statuses that the filter names. Null: the filter asks for what is not counted apart. Triggers keep the numbers, each end within its own transaction. */
export function endedCount(actor: Actor, input: ListExecutions, among: Status[]): RawBuilder<number> | null {
  const { project, creator, step, environment, statuses, commit, inputDatum, tags, counters, deleted } =
    input;
  if (deleted || commit !== undefined || inputDatum !== undefined || tags?.length || counters.length > 0)
    return null;
  const is: RawBuilder<unknown>[] = [inProjects('execution_counts', actor, project)];
  if (creator !== undefined) is.push(sql`creator_id = ${creator}`);
  if (step !== undefined) is.push(sql`step = ${step}`);
  if (environment !== undefined) is.push(inEnvironment('execution_counts', environment));
  if (statuses.length > 0) is.push(sql`status = ANY (${among}::text[])`);
  return sql<number>`(SELECT coalesce(sum(n), 0)::int FROM execution_counts WHERE ${sql.join(is, sql` AND `)})`;
}

/** Of the project, or of all, that the person may read: asked once, not of every row. */
export const inProjects = (table: Table, actor: Actor, project: string | undefined): RawBuilder<boolean> => {
  const column = sql.ref(`${table}.project_id`);
  return project === undefined
    ? sql`${column} = ANY (ARRAY(SELECT projects.id FROM projects WHERE ${readableProjects(actor)}))`
    : sql`${column} = ${project}
        AND EXISTS (SELECT FROM projects WHERE projects.id = ${project} AND ${readableProjects(actor)})`;
};

/** By id or slug. */
export const inEnvironment = (table: Table, environment: string): RawBuilder<boolean> =>
  sql`${sql.ref(`${table}.environment_id`)} = ANY (ARRAY(SELECT id FROM environments
    WHERE ${environment.toLowerCase()} IN (id::text, lower(slug))))`;
