import type { Selectable } from 'kysely';
import { archive, fetchCommit, fetchMirror, hasCommit } from '../../platform/git.ts';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { oneAtATime } from '../repositories/lock.ts';
import { remoteOf } from '../repositories/remote.ts';

export interface Snapshot {
  key: string;
  sha256: string;
  size: number;
}
type Commit = Selectable<Database['commits']>;

/** Where a commit's files lie in the object store; a `~` of an ad-hoc one would need quoting in too many places. */
export const snapshotKey = (projectId: string, identifier: string) =>
  `vcs/${projectId}/${identifier.replace('~', 'adhoc-')}.tar.gz`;

/**
 * Puts the commit's files into the object store, if they are not there yet. The caller has checked rights.
 * Runs never ask Git again: a run can be repeated after the repository is gone (design 3).
 */
export async function ensureSnapshot(context: Context, input: { commitId: string }): Promise<Snapshot> {
  return oneAtATime(`snapshot ${input.commitId}`, async () => {
    const { db, storage } = context.platform;
    const commit = await db
      .selectFrom('commits')
      .selectAll()
      .where('id', '=', input.commitId)
      .executeTakeFirst();
    if (!commit) throw notFound(`Commit ${input.commitId}`);
    const { snapshot_key: key, snapshot_sha256: sha256, snapshot_size: size } = commit;
    // A store that lost its objects gets this one again, as long as the repository has the commit.
    const isStored = key !== null && sha256 !== null && size !== null && (await storage.head(key)) !== null;
    if (isStored) return { key, sha256, size };
    return take(context, commit);
  });
}

async function take(context: Context, commit: Commit): Promise<Snapshot> {
  const { db, storage, scratch } = context.platform;
  await ensureMirrored(context, commit);
  const key = snapshotKey(commit.project_id, commit.identifier);
  const { sha256, size } = await storage.put(key, archive(scratch, commit.project_id, commit.identifier));
  await db
    .updateTable('commits')
    .set({ snapshot_key: key, snapshot_sha256: sha256, snapshot_size: size })
    .where('id', '=', commit.id)
    .execute();
  return { key, sha256, size };
}

/** The mirror may have vanished, and a branch may have moved on without the commit. */
async function ensureMirrored(context: Context, commit: Commit): Promise<void> {
  const { platform } = context;
  const { scratch } = platform;
  const { project_id: projectId, identifier } = commit;
  if (await hasCommit(scratch, projectId, identifier)) return;
  const repository = await platform.db
    .selectFrom('repositories')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  const lost = (cause?: unknown) =>
    new CoveError(
      'conflict',
      `The files of commit ${identifier.slice(0, 12)} are neither stored nor in the repository.`,
      {
        cause,
      },
    );
  if (!repository || commit.adhoc) throw lost();
  const remote = await remoteOf(platform, repository);
  await fetchMirror(scratch, projectId, remote, repository.refs);
  if (await hasCommit(scratch, projectId, identifier)) return;
  try {
    await fetchCommit(scratch, projectId, remote, identifier);
  } catch (error) {
    throw lost(error);
  }
}
