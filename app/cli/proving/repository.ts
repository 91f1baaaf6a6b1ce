/** The example project as a Git repository that the API serves: one commit per content. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IDENTITY = { name: 'Cove', email: 'cove@localhost' };

/** Commits `folder` to the bare repository, unless its newest commit holds just that. Returns the commit. */
export async function commitExample(folder: string, repository: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'cove-example-'));
  const env = {
    ...withoutGit(process.env),
    GIT_DIR: repository,
    GIT_WORK_TREE: folder,
    GIT_INDEX_FILE: join(scratch, 'index'),
    // A user's own settings (line endings, hooks, signing) must not change what is committed.
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: IDENTITY.name,
    GIT_AUTHOR_EMAIL: IDENTITY.email,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
  };
  const git = async (...args: string[]) => (await run('git', args, { env, cwd: folder })).stdout.trim();
  try {
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository], {
      env: { ...withoutGit(process.env), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    });
    await git('add', '--all', '--force', '--', '.', ':(exclude,glob)**/__pycache__/**', ':(exclude)outputs');
    const tree = await git('write-tree');
    const parent = await git('rev-parse', '--quiet', '--verify', 'refs/heads/main').catch(() => null);
    if (parent !== null && (await git('rev-parse', `${parent}^{tree}`)) === tree) return parent;
    const parents = parent === null ? [] : ['-p', parent];
    const commit = await git(
      'commit-tree',
      tree,
      ...parents,
      '-m',
      'Example: tell three kinds of iris apart',
    );
    await git('update-ref', 'refs/heads/main', commit);
    return commit;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
}
