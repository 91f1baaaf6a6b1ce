/** A bare mirror per project under scratch. It may vanish at any time: what is needed from it is fetched again. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CoveError } from './errors.ts';
import { GitFailure, type GitRun, git, killGit, startGit } from './git-command.ts';
import { explainGit } from './git-errors.ts';
import { type Remote, withTransport } from './git-transport.ts';

export { generateDeployKey } from './deploy-key.ts';
export type { Remote } from './git-transport.ts';
export { type GitUrl, parseGitUrl } from './git-url.ts';

const FETCH_TIMEOUT_MS = 10 * 60_000;
const MAX_MIRROR_BYTES = 8 * 1024 ** 3;
const FORMAT = [
  'refname',
  'objectname',
  '*objectname',
  'committerdate:unix',
  '*committerdate:unix',
  'subject',
  '*subject',
];

/** A branch or tag. */
export interface Head {
  name: string;
  kind: 'branch' | 'tag';
  identifier: string;
  time: Date;
  subject: string;
}

export const mirrorFolder = (scratch: string, projectId: string): string =>
  join(scratch, 'mirrors', `${projectId}.git`);

/** Frees the disk; what was in it can be fetched again. */
export const removeMirror = (scratch: string, projectId: string): Promise<void> =>
  rm(mirrorFolder(scratch, projectId), { recursive: true, force: true });

/**
 * Brings the mirror up to date with the remote's branches and tags; `refs` narrows it to those names. Throws `too_large` for
 * one of more than `maxBytes`, and keeps nothing of what came too much.
 *
 * @default maxBytes 8 GiB
 */
export async function fetchMirror(
  scratch: string,
  projectId: string,
  remote: Remote,
  refs: readonly string[],
  maxBytes = MAX_MIRROR_BYTES,
) {
  const mirror = mirrorFolder(scratch, projectId);
  await prepareMirror(mirror);
  await withTransport(scratch, remote, async (transport) => {
    const run = { ...transport, repository: mirror, timeoutMs: FETCH_TIMEOUT_MS };
    const url = remote.address.url;
    try {
      const specs =
        refs.length === 0
          ? ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
          : chosenRefs(await git(['ls-remote', '--heads', '--tags', '--refs', '--', url], run), refs);
      if (specs.length === 0) return;
      const options = ['--prune', '--force', '--no-tags', '--no-write-fetch-head', '--quiet'];
      await fetchWithin(maxBytes, mirror, [...options, '--', url, ...specs], run);
    } catch (error) {
      throw explainGit(error, remote.address);
    }
  });
}

/** Fetches one commit that no branch holds any more, where the host still gives it. */
export async function fetchCommit(scratch: string, projectId: string, remote: Remote, identifier: string) {
  const mirror = mirrorFolder(scratch, projectId);
  await withTransport(scratch, remote, async (transport) => {
    const run = { ...transport, repository: mirror, timeoutMs: FETCH_TIMEOUT_MS };
    const keep = `+${identifier}:refs/kept/${identifier}`;
    const options = ['--no-tags', '--no-write-fetch-head', '--quiet', '--', remote.address.url, keep];
    await fetchWithin(MAX_MIRROR_BYTES, mirror, options, run).catch((error) => {
      throw explainGit(error, remote.address);
    });
  });
}

/** Refspecs of the wanted names out of what `ls-remote` listed. Pure. */
export function chosenRefs(listed: string, wanted: readonly string[]): string[] {
  return listed
    .split('\n')
    .map((line) => line.split('\t')[1] ?? '')
    .filter((ref) => wanted.some((name) => ref === name || ref.replace(/^refs\/(heads|tags)\//, '') === name))
    .map((ref) => `+${ref}:${ref}`);
}

async function prepareMirror(mirror: string): Promise<void> {
  if ((await stat(join(mirror, 'HEAD')).catch(() => null)) === null) {
    await mkdir(mirror, { recursive: true, mode: 0o700 });
    await git(['init', '--quiet', '--bare', '--template=', '--', mirror]);
  }
  await mkdir(join(mirror, 'info'), { recursive: true });
  // A snapshot is the whole commit: files marked for being left out of archives belong to it.
  await writeFile(join(mirror, 'info', 'attributes'), '* -export-ignore -export-subst\n');
  await rm(join(mirror, 'shallow.lock'), { force: true });
}

/** What a fetch that was ended had got so far goes; and the whole mirror, where what it holds is too much already. */
async function fetchWithin(maxBytes: number, mirror: string, options: string[], run: GitRun): Promise<void> {
  const complain = async () =>
    (await packed(mirror)) > maxBytes ? `The repository is larger than ${inUnits(maxBytes)}.` : null;
  try {
    await git(['fetch', ...options], { ...run, watch: complain });
    const complaint = await complain();
    if (complaint !== null) throw new CoveError('too_large', complaint);
  } catch (error) {
    const folder = join(mirror, 'objects', 'pack');
    const unfinished = (await readdir(folder)).filter((name) => name.startsWith('tmp_'));
    await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
    if ((await packed(mirror)) > maxBytes) await rm(mirror, { recursive: true, force: true });
    throw error;
  }
}

const inUnits = (bytes: number) =>
  bytes >= 1024 ** 3 ? `${bytes / 1024 ** 3} GiB` : `${bytes / 1024 ** 2} MiB`;

/** Bytes of the packs, also of one that is still coming. All comes in packs: `transfer.unpackLimit`. */
async function packed(mirror: string): Promise<number> {
  const folder = join(mirror, 'objects', 'pack');
  const sizes = await Promise.all(
    (await readdir(folder)).map(
      async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Branches and tags of the mirror that lead to commits. */
export async function listHeads(scratch: string, projectId: string): Promise<Head[]> {
  const format = FORMAT.map((name) => `%(${name})`).join('%00');
  const text = await git(['for-each-ref', `--format=${format}`, 'refs/heads', 'refs/tags'], {
    repository: mirrorFolder(scratch, projectId),
  });
  return text.split('\n').filter(Boolean).flatMap(readHead);
}

/** One line of `for-each-ref`; an annotated tag stands for the commit it names. Pure. */
export function readHead(line: string): Head[] {
  const [ref = '', object = '', peeled = '', time = '', peeledTime = '', subject = '', peeledSubject = ''] =
    line.split('\0');
  const seconds = Number(peeled ? peeledTime : time);
  // A tag of a file or tree has no commit's time.
  if ((peeled ? peeledTime : time) === '' || !Number.isFinite(seconds)) return [];
  return [
    {
      name: ref.replace(/^refs\/(heads|tags)\//, ''),
      kind: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      identifier: peeled || object,
      time: new Date(seconds * 1000),
      subject: peeled ? peeledSubject : subject,
    },
  ];
}

/** Whether the mirror is there and holds the commit. */
export async function hasCommit(scratch: string, projectId: string, identifier: string): Promise<boolean> {
  try {
    await git(['cat-file', '-e', `${identifier}^{commit}`], { repository: mirrorFolder(scratch, projectId) });
    return true;
  } catch (error) {
    if (error instanceof GitFailure && !error.timedOut) return false;
    throw error;
  }
}

/** A file of a commit as text; null where it has none of that name. */
export async function readCommitFile(
  scratch: string,
  projectId: string,
  identifier: string,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  const run = { repository: mirrorFolder(scratch, projectId), maxOutput: maxBytes };
  try {
    return await git(['cat-file', 'blob', `${identifier}:${path}`], run);
  } catch (error) {
    if (error instanceof GitFailure && !error.timedOut) return null;
    if (error instanceof CoveError)
      throw new CoveError('too_large', `${path} is larger than ${maxBytes} bytes.`);
    throw error;
  }
}

/** The whole commit as `.tar.gz`. The stream fails, and does not just end, where Git fails. */
export function archive(scratch: string, projectId: string, identifier: string): Readable {
  async function* read() {
    // Only now: Node throws away what a process printed that ended before anybody read from it.
    const child = startGit(['archive', '--format=tar.gz', identifier], {
      repository: mirrorFolder(scratch, projectId),
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    const closed = new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(null));
      child.once('close', resolve);
    });
    try {
      yield* child.stdout!;
      const code = await closed;
      if (code !== 0) throw new GitFailure(['archive'], code, stderr, false);
    } finally {
      killGit(child);
    }
  }
  return Readable.from(read(), { objectMode: false });
}
