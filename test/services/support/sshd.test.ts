import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lacks } from '../../support/machine.ts';
import { type GitHost, startGitHost } from '../../support/sshd.ts';

const run = promisify(execFile);
let folder: string;
let host: GitHost;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-'));
  host = await startGitHost();
});
afterAll(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(lacks('sshd'))(
  'a clone is refused before the key is authorised and works afterwards',
  async () => {
    const key = join(folder, 'key');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const repository = await host.repository('a project', { 'dir/a.txt': 'one' });
    const hash = await repository.commit({ 'dir/a.txt': 'two' }, { tag: 'v1' });
    const ssh = `ssh -i ${key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes`;
    const clone = (name: string) =>
      run('git', ['clone', '--quiet', repository.sshUrl, join(folder, name)], {
        env: { ...process.env, GIT_SSH_COMMAND: ssh },
      });
    await expect(clone('refused')).rejects.toThrow(/Permission denied/);

    await host.authorize(await readFile(`${key}.pub`, 'utf8'));
    await clone('given');
    expect(await readFile(join(folder, 'given/dir/a.txt'), 'utf8')).toBe('two');
    const { stdout } = await run('git', ['-C', join(folder, 'given'), 'rev-parse', 'v1^{commit}']);
    expect(stdout.trim()).toBe(hash);
  },
);
