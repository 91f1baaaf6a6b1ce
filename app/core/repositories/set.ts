import { z } from 'zod';
import { generateDeployKey, parseGitUrl } from '../../platform/git.ts';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { requireProject } from '../rights.ts';
import { deployKeyPath } from './remote.ts';

const RefName = z
  .string()
  .trim()
  .regex(/^(?!-)[^\s~^:?*[\\\p{Cc}]{1,250}$/u, 'Not the name of a branch or tag.');
export const SetRepository = z.object({
  url: z.string(),
  refs: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(RefName).max(200))
    .default([])
    .describe('Branches and tags to fetch; empty: all.'),
});

/** Names the project's repository. The first time a deploy key is made; it stays when the address changes. */
export async function setRepository(
  context: Context,
  projectId: string,
  input: z.infer<typeof SetRepository>,
) {
  const { db, secrets } = context.platform;
  const { url } = parseGitUrl(input.url);
  return withTransaction(db, async (tx) => {
    const project = await requireProject(tx, context, projectId, 'repository.update');
    await tx.selectFrom('projects').select('id').where('id', '=', projectId).forNoKeyUpdate().execute();
    const before = await tx
      .selectFrom('repositories')
      .selectAll()
      .where('project_id', '=', projectId)
      .executeTakeFirst();
    let publicKey = before?.public_key ?? null;
    if (publicKey === null) {
      const key = generateDeployKey(`cove-${project.name.replace(/[^\w.-]+/g, '-')}`);
      await secrets.put(deployKeyPath(projectId), { private_key: key.privateKey });
      publicKey = key.publicKey;
    }
    const row = { url, refs: input.refs, public_key: publicKey, last_error: null };
    const after = await tx
      .insertInto('repositories')
      .values({ project_id: projectId, ...row })
      .onConflict((on) => on.column('project_id').doUpdateSet(row))
      .returningAll()
      .executeTakeFirstOrThrow();
    const properties = { url, refs: input.refs, before: before?.url ?? null };
    await audit(tx, context, 'repository.set', { id: projectId, projectId }, properties);
    return after;
  });
}
