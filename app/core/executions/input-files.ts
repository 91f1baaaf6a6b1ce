/** The files that an execution takes in, as they were resolved when it was made. */
import { type Kysely, sql } from 'kysely';
import type { Database, ExecutionInput } from '../../platform/tables.ts';
import { addressOf } from '../data/address.ts';

export const FILE_COLUMNS = [
  'execution_id',
  'position',
  'input',
  'name',
  'uri',
  'asked',
  'datum_id',
  'dataset_version_id',
] as const;
/** Rows of these, in the statement that makes the executions `asked` for, with their files as JSON. */
export const FILES_OF_NEW = sql`
  SELECT asked.id, f.position, f.input, f.name, f.uri, f.asked, f.datum_id, f.dataset_version_id
  FROM asked CROSS JOIN jsonb_to_recordset(asked.files) AS f
    (position int, input text, name text, uri text, asked text, datum_id uuid, dataset_version_id uuid)`;

/** `name`: null where the worker has to find one. */
export interface InputFileOfRun {
  input: string;
  name: string | null;
  uri: string;
  datum_id: string | null;
}

/** In the order of the inputs. Executions of an older version have no rows of their own for files without a datum. */
export async function inputFilesOf(
  db: Kysely<Database>,
  { id, inputs }: { id: string; inputs: readonly ExecutionInput[] },
): Promise<InputFileOfRun[]> {
  if (inputs.every(({ download }) => download === undefined)) {
    return inputs.flatMap(({ name: input, urls }) =>
      urls.map((uri) => {
        const address = addressOf(uri);
        return { input, name: null, uri, datum_id: address?.kind === 'datum' ? address.id : null };
      }),
    );
  }
  return db
    .selectFrom('execution_inputs')
    .select(['input', 'name', 'uri', 'datum_id'])
    .where('execution_id', '=', id)
    .orderBy('position')
    .execute();
}
