/** A Git host like those in the world: a real sshd on a free port, bare repositories, deploy keys by file. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './process.ts';

const run = promisify(execFile);

export interface GitRepository {
  /** `ssh://user@host:port/path`, as it is typed into a project. */
  sshUrl: string;
  /** The bare repository's folder. */
  path: string;
  /** Commits files (path → content) to a branch, and tags the commit; gives its hash. */
  commit(files: Record<string, string | Buffer>, where?: { branch?: string; tag?: string }): Promise<string>;
  remove(): Promise<void>;
}
export interface GitHost {
  port: number;
  /** Makes a repository whose first commit, on `main`, holds the files. */
  repository(name: string, files: Record<string, string | Buffer>): Promise<GitRepository>;
  /** Lets the owner of a public key read and write, as a host does on its deploy keys page. */
  authorize(publicKey: string): Promise<void>;
  /** Takes all keys back. */
  revoke(): Promise<void>;
  /** What sshd said so far. */
  log(): string;
  close(): Promise<void>;
}

/** Starts an sshd for the user who runs the tests. `host`: the address it listens on. */
export async function startGitHost({ host = '127.0.0.1' } = {}): Promise<GitHost> {
  const home = await mkdtemp(join(tmpdir(), 'cove-git-'));
  const port = await freePort();
  const keys = join(home, 'authorized_keys');
  await writeFile(keys, '');
  const { child, log } = await startSshd(home, host, port, keys);
  const address = `ssh://${userInfo().username}@${host}:${port}`;
  return {
    port,
    repository: (name, files) => makeRepository(home, address, name, files),
    authorize: (publicKey) => appendFile(keys, `${publicKey.trim()}\n`),
    revoke: () => writeFile(keys, ''),
    log,
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startSshd(home: string, host: string, port: number, keys: string) {
  const hostKey = join(home, 'host_key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
  // sshd insists on this folder when root starts it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const config = join(home, 'sshd_config');
  const lines = [
    `Port ${port}`,
    `ListenAddress ${host}`,
    `HostKey "${hostKey}"`,
    `AuthorizedKeysFile "${keys}"`,
    `PidFile "${join(home, 'sshd.pid')}"`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'AllowTcpForwarding no',
    'LogLevel VERBOSE',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  let words = '';
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (data) => {
    words += data;
  });
  await listening(child, host, port, () => words);
  return { child, log: () => words };
}

async function listening(child: ChildProcess, host: string, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`sshd does not start:\n${log()}`);
    const socket = createConnection({ host, port });
    const open = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
}

async function makeRepository(
  home: string,
  address: string,
  name: string,
  files: Record<string, string | Buffer>,
): Promise<GitRepository> {
  const path = join(home, `${name}.git`);
  const work = join(home, `${name}.work`);
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', [
      '-C',
      work,
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      ...args,
    ]);
    return stdout.trim();
  };
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
  await run('git', ['init', '--quiet', '--initial-branch=main', work]);
  await git('remote', 'add', 'origin', path);
  const repository: GitRepository = {
    sshUrl: `${address}${path}`,
    path,
    async commit(contents, { branch = 'main', tag } = {}) {
      const current = await git('symbolic-ref', '--short', 'HEAD');
      if (branch !== current) await git('checkout', '--quiet', '-B', branch);
      for (const [file, content] of Object.entries(contents)) {
        await mkdir(dirname(join(work, file)), { recursive: true });
        await writeFile(join(work, file), content);
      }
      await git('add', '--all');
      await git(
        'commit',
        '--quiet',
        '--allow-empty',
        '--message',
        `Change ${Object.keys(contents).join(', ')}`,
      );
      if (tag !== undefined) await git('tag', tag);
      await git('push', '--quiet', '--force', '--tags', 'origin', branch);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
  await repository.commit(files);
  return repository;
}
