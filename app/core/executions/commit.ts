/** Which commit a text means: identifier, the beginning of one, or a branch. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { invalid } from '../errors.ts';

const SHORTEST_PREFIX = 4;

/** The commit, of which exact identifiers count before branches and these before prefixes. */
export async function resolveCommit(db: Kysely<Database>, projectId: string, text: string) {
  const prefix =
    /^(~[0-9a-f]*|[0-9a-f]+)$/i.test(text) && text.length >= SHORTEST_PREFIX ? text.toLowerCase() : null;
  const rows = await db
    .selectFrom('commits')
    .select(['id', 'identifier', 'ref', 'config', 'config_error', 'snapshot_key', 'snapshot_sha256'])
    .select(
      sql<number>`CASE WHEN identifier = ${text} THEN 0 WHEN ref = ${text} OR ${text} = ANY (ref_names) THEN 1 ELSE 2 END`.as(
        'rank',
      ),
    )
    .where('project_id', '=', projectId)
    .where((eb) =>
      eb.or([
        eb('identifier', '=', text),
        eb('ref', '=', text),
        sql<boolean>`${text} = ANY (ref_names)`,
        ...(prefix === null ? [] : [eb('identifier', 'like', `${prefix}%`)]),
      ]),
    )
    .orderBy('rank')
    .orderBy('commit_time', 'desc')
    .orderBy('ctime', 'desc')
    .limit(2)
    .execute();
  const [first, second] = rows;
  if (!first) {
    throw invalid(
      'commit',
      `no commit "${text}" in this project; fetch the repository if it is new`,
      'does_not_exist',
    );
  }
  if (first.rank === 2 && second) {
    throw invalid(
      'commit',
      `"${text}" begins the identifiers of several commits; give more of it`,
      'ambiguous',
    );
  }
  return first;
}
