import { type Selectable, sql } from 'kysely';
import { fetchMirror, listHeads, readCommitFile } from '../../platform/git.ts';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import { MAX_YAML_BYTES, type ReadConfig, readConfig } from '../commits/config.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { yamlPathOr } from '../projects/fields.ts';
import { requireProject } from '../rights.ts';
import { oneAtATime } from './lock.ts';
import { type HeadCommit, headCommits } from './plan.ts';
import { remoteOf } from './remote.ts';

type Commit = Selectable<Database['commits']>;
/** So many of the newest heads get their snapshot at once; others when they are first needed. */
const SNAPSHOTS_AT_ONCE = 5;

/** Fetches branches and tags. What a person can mend is told in `errors`; `commits` are those not known before. */
export async function fetchRepository(
  context: Context,
  projectId: string,
): Promise<{ commits: Commit[]; errors: string[] }> {
  const { platform } = context;
  const project = await requireProject(platform.db, context, projectId, 'repository.fetch');
  const repository = await platform.db
    .selectFrom('repositories')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  if (!repository) return { commits: [], errors: ['This project has no repository. Set its address first.'] };
  return oneAtATime(projectId, async () => {
    try {
      const remote = await remoteOf(platform, repository);
      await fetchMirror(platform.scratch, projectId, remote, repository.refs);
      const heads = headCommits(await listHeads(platform.scratch, projectId));
      const commits = await record(context, projectId, yamlPathOr(project.yaml_path), heads);
      for (const commit of commits.slice(-SNAPSHOTS_AT_ONCE))
        await ensureSnapshot(context, { commitId: commit.id });
      return { commits, errors: emptyHint(heads) };
    } catch (error) {
      if (!(error instanceof CoveError) || error.code === 'unavailable') throw error;
      platform.log.info({ project: projectId, err: error.cause }, error.message);
      await platform.db
        .updateTable('repositories')
        .set({ last_error: error.message })
        .where('project_id', '=', projectId)
        .execute();
      return { commits: [], errors: [error.message] };
    }
  });
}

const emptyHint = (heads: HeadCommit[]) =>
  heads.length > 0 ? [] : ['The repository has no branch or tag that is to be fetched.'];

/** Brings the rows in line with the heads: new ones are added, moved names move, older commits stay. */
async function record(
  context: Context,
  projectId: string,
  yamlPath: string,
  heads: HeadCommit[],
): Promise<Commit[]> {
  const { db } = context.platform;
  const known = await db
    .selectFrom('commits')
    .select(['identifier', 'yaml_path'])
    .where('project_id', '=', projectId)
    .where('adhoc', '=', false)
    .execute();
  const sameFile = new Set(known.filter((row) => row.yaml_path === yamlPath).map((row) => row.identifier));
  const existing = new Set(known.map((row) => row.identifier));
  const configs = new Map<string, ReadConfig>();
  for (const { identifier } of heads) {
    if (!sameFile.has(identifier))
      configs.set(identifier, await configOf(context, projectId, identifier, yamlPath));
  }
  return withTransaction(db, async (tx) => {
    await tx
      .updateTable('commits')
      .set({ ref_names: [] })
      .where('project_id', '=', projectId)
      .where('adhoc', '=', false)
      .where(sql<boolean>`ref_names <> '{}'`)
      .execute();
    const added: Commit[] = [];
    for (const head of heads) {
      const read = configs.get(head.identifier);
      const config = read && {
        config_error: read.config_error,
        config: read.config && JSON.stringify(read.config),
      };
      const names = {
        ref: head.ref,
        ref_names: head.refNames,
        ...(config ? { ...config, yaml_path: yamlPath } : {}),
      };
      if (existing.has(head.identifier)) {
        await tx
          .updateTable('commits')
          .set(names)
          .where('project_id', '=', projectId)
          .where('identifier', '=', head.identifier)
          .execute();
        continue;
      }
      const row = await tx
        .insertInto('commits')
        .values({
          config_error: null,
          snapshot_key: null,
          snapshot_sha256: null,
          snapshot_size: null,
          ...names,
          project_id: projectId,
          identifier: head.identifier,
          commit_time: head.time,
          description: head.subject.slice(0, 1000),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      added.push(row);
    }
    await tx
      .updateTable('repositories')
      .set({ last_fetch: sql<Date>`now()`, last_error: null })
      .where('project_id', '=', projectId)
      .execute();
    const properties = {
      commits: added.map(({ identifier }) => identifier).slice(0, 100),
      count: added.length,
    };
    await audit(tx, context, 'repository.fetch', { id: projectId, projectId }, properties);
    return added;
  });
}

async function configOf(
  context: Context,
  projectId: string,
  identifier: string,
  path: string,
): Promise<ReadConfig> {
  try {
    const { scratch } = context.platform;
    return readConfig(await readCommitFile(scratch, projectId, identifier, path, MAX_YAML_BYTES), path);
  } catch (error) {
    if (error instanceof CoveError) return { config: null, config_error: error.message };
    throw error;
  }
}
