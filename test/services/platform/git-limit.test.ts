/** 20: a repository that is too large is fetched no further than the limit, says so, and leaves the disk as it was. */
import { randomBytes } from 'node:crypto';
import { access, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  fetchMirror,
  generateDeployKey,
  listHeads,
  mirrorFolder,
  parseGitUrl,
  type Remote,
} from '../../../app/platform/git.ts';
import { lacks } from '../../support/machine.ts';
import { type GitHost, type GitRepository, startGitHost } from '../../support/sshd.ts';

const MIB = 1024 ** 2;
const LIMIT = MIB;
const without = lacks('sshd');
let host: GitHost;
let scratch = '';
let remoteOf: (repository: GitRepository) => Remote;
beforeAll(async () => {
  if (without !== undefined) return;
  scratch = await mkdtemp(join(tmpdir(), 'cove-scratch-'));
  host = await startGitHost();
  const key = await generateDeployKey('test');
  await host.authorize(key.publicKey);
  remoteOf = ({ sshUrl }) => ({
    address: parseGitUrl(sshUrl),
    trusted: [`127.0.0.1:${host.port}`],
    privateKey: key.privateKey,
  });
});
afterAll(async () => {
  await host?.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Of all files below. */
async function size(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(folder, name)).then(
        (one) => (one.isFile() ? one.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, one) => sum + one, 0);
}

const files = (count: number, bytes: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`model-${index}`, randomBytes(bytes)]));

test.skipIf(without).each([
  // Git takes so few one by one, if it is let.
  ['three large files', 3, 2 * MIB],
  ['many small ones', 60, MIB / 10],
])(
  '%s are more than there may be',
  async (_, count, bytes) => {
    const repository = await host.repository(`large-${count}`, files(count, bytes));
    const id = crypto.randomUUID();
    const mirror = mirrorFolder(scratch, id);
    await expect(fetchMirror(scratch, id, remoteOf(repository), [], LIMIT)).rejects.toMatchObject({
      code: 'too_large',
      message: 'The repository is larger than 1 MiB.',
    });
    expect(await size(mirror)).toBeLessThan(MIB / 4);
  },
  60_000,
);

test.skipIf(without)(
  'one that grew too large keeps what it had, and comes again once it is small',
  async () => {
    const repository = await host.repository('grows', { 'a.txt': 'a' });
    const id = crypto.randomUUID();
    const remote = remoteOf(repository);
    await fetchMirror(scratch, id, remote, [], LIMIT);
    await repository.commit(files(3, 2 * MIB), { branch: 'large' });
    await expect(fetchMirror(scratch, id, remote, [], LIMIT)).rejects.toMatchObject({ code: 'too_large' });
    expect(await size(mirrorFolder(scratch, id))).toBeLessThan(MIB / 4);
    await fetchMirror(scratch, id, remote, ['main'], LIMIT);
    expect((await listHeads(scratch, id)).map(({ name }) => name)).toEqual(['main']);
    await access(join(mirrorFolder(scratch, id), 'HEAD'));
  },
  60_000,
);
