/** A bare Git repository made from a folder; the same files give the same commit on every machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  path: z.string().startsWith('/'),
  /** Folder with the files. */
  source: z.string().startsWith('/'),
  /** Hash of the files: other files become a commit on top. */
  files: z.string(),
  branch: z.string(),
  message: z.string(),
});
export type GitRepositoryInputs = z.infer<typeof inputs>;
type Outputs = { commit: string };

const DATE = '2026-01-01T00:00:00Z';
const ENVIRONMENT = {
  PATH: process.env.PATH,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Cove',
  GIT_AUTHOR_EMAIL: 'cove@cove.internal',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'Cove',
  GIT_COMMITTER_EMAIL: 'cove@cove.internal',
  GIT_COMMITTER_DATE: DATE,
};

async function git(repository: string, args: string[], more: Record<string, string> = {}): Promise<string> {
  const env = { ...ENVIRONMENT, GIT_DIR: repository, ...more };
  const { stdout } = await promisify(execFile)('git', args, { env, maxBuffer: 2 ** 24 }).catch((error) => {
    throw new Error(`git ${args[0]} failed: ${error.stderr || error.message}`);
  });
  return stdout.trim();
}

/** Commits the folder's files to the branch, unless they are what the branch holds already. */
async function commit(repository: string, { source, branch, message }: GitRepositoryInputs): Promise<string> {
  const index = { GIT_INDEX_FILE: join(repository, 'cove.index'), GIT_WORK_TREE: source };
  await rm(index.GIT_INDEX_FILE, { force: true });
  await git(repository, ['add', '--all', '--force', '--', '.', ':(exclude,glob)**/__pycache__/**'], index);
  const tree = await git(repository, ['write-tree'], index);
  await rm(index.GIT_INDEX_FILE, { force: true });
  const parent = await git(repository, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]).catch(
    () => '',
  );
  if (parent !== '' && (await git(repository, ['rev-parse', `${parent}^{tree}`])) === tree) return parent;
  const parents = parent === '' ? [] : ['-p', parent];
  const made = await git(repository, ['commit-tree', tree, ...parents, '-m', message]);
  await git(repository, ['update-ref', `refs/heads/${branch}`, made]);
  return made;
}

async function make(wanted: GitRepositoryInputs): Promise<Outputs> {
  if (existsSync(join(wanted.path, 'HEAD'))) return { commit: await commit(wanted.path, wanted) };
  const draft = await mkdtemp(`${wanted.path}.draft-`);
  try {
    await git(draft, ['init', '--quiet', '--bare', `--initial-branch=${wanted.branch}`]);
    const made = await commit(draft, wanted);
    await rename(draft, wanted.path);
    return { commit: made };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

export const gitRepository: Kind<GitRepositoryInputs, Outputs> = {
  inputs,
  outputs: ['commit'],
  replaceOn: ['path', 'branch'],
  async create(wanted) {
    return { id: wanted.path, outputs: await make(wanted) };
  },
  async read(path) {
    return existsSync(join(path, 'HEAD')) ? {} : null;
  },
  update: (_path, _olds, wanted) => make(wanted),
  async delete(path) {
    await rm(path, { recursive: true, force: true });
  },
};
