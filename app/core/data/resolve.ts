import type { Kysely } from 'kysely';
import type { Database, ExecutionInput } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { datumIdOf } from '../executions/inputs.ts';
import { readableProjects } from '../roles.ts';

export const datumIdsOf = (inputs: readonly ExecutionInput[]): string[] => [
  ...new Set(inputs.flatMap(({ urls }) => urls.flatMap((url) => datumIdOf(url) ?? []))),
];

/** Throws unless every `datum://` input is there and its project may be read by the actor. */
export async function requireInputData(
  db: Kysely<Database>,
  context: Context,
  inputs: readonly ExecutionInput[],
): Promise<void> {
  const ids = datumIdsOf(inputs);
  if (ids.length === 0) return;
  const found = await db
    .selectFrom('datums')
    .innerJoin('projects', 'projects.id', 'datums.project_id')
    .select(['datums.id', 'datums.name', 'datums.purged'])
    .where('datums.id', 'in', ids)
    .where(readableProjects(context.actor))
    .execute();
  const problems = ids.flatMap((id) => {
    const datum = found.find((one) => one.id === id);
    if (!datum) return [{ message: `datum://${id} does not exist`, code: 'does_not_exist' }];
    return datum.purged ? [{ message: `datum://${id} (${datum.name}) was purged`, code: 'purged' }] : [];
  });
  if (problems.length === 0) return;
  const message = `inputs: ${problems.map((problem) => problem.message).join('; ')}`;
  throw new CoveError('invalid', message, { fields: { inputs: problems } });
}
