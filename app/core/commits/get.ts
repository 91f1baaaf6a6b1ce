import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { requireProject, requireUser } from '../rights.ts';
import { type CommitView, readableCommits } from './list.ts';

const SHORTEST_PREFIX = 4;

/**
 * The commit that `text` means: its id, its identifier, a branch or tag, or the beginning of an identifier, in this
 * order. Without a project it is looked for in all that the person may see (client-contract 1.5), the newest row wins.
 */
export async function getCommit(
  context: Context,
  text: string,
  input: { project?: string | undefined; config: boolean },
): Promise<CommitView> {
  requireUser(context);
  const { project } = input;
  if (project !== undefined) await requireProject(context.platform.db, context, project, 'commit.read');
  const prefix =
    /^(~[0-9a-f]*|[0-9a-f]+)$/i.test(text) && text.length >= SHORTEST_PREFIX ? text.toLowerCase() : null;
  const rank = sql<number>`CASE WHEN commits.id::text = ${text} THEN 0 WHEN commits.identifier = ${text} THEN 1
    WHEN ${text} = ANY (commits.ref_names) THEN 2 ELSE 3 END`;
  let found = readableCommits(context, input.config).where((eb) =>
    eb.or([
      eb('commits.identifier', '=', text),
      sql<boolean>`${text} = ANY (commits.ref_names)`,
      ...(isUuid(text) ? [eb('commits.id', '=', text)] : []),
      ...(prefix === null ? [] : [eb('commits.identifier', 'like', `${prefix}%`)]),
    ]),
  );
  if (project !== undefined) found = found.where('commits.project_id', '=', project);
  const rows = await found
    .select(rank.as('rank'))
    .orderBy(rank)
    .orderBy('commits.commit_time', 'desc')
    .orderBy('commits.ctime', 'desc')
    .limit(20)
    .execute();
  const first = rows[0];
  if (!first) throw notFound(`Commit ${text}`);
  const others = rows.filter(({ identifier }) => identifier !== first.identifier);
  if (first.rank === 3 && others.length > 0) {
    throw new CoveError('conflict', `${text} begins the identifiers of several commits. Give more of it.`, {
      reason: 'ambiguous',
    });
  }
  return first;
}
