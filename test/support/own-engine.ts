/** A Docker Engine of a test's own, which it may kill: in a network of its own, so that it leaves the machine's alone. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { docker, PYTHON_IMAGE } from './docker.ts';
import { type Server, startServer } from './process.ts';

const run = promisify(execFile);

export interface OwnEngine {
  socket: string;
  /** Of the daemon; what it runs in containers goes on, and so does its containerd. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Bytes that its data take. */
  used(): Promise<number>;
  /** The `docker` client against it. */
  docker(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export interface OwnEngineOptions {
  /** Containers outlive the daemon. @default false */
  liveRestore?: boolean;
  /** Its data lie on a disk of their own (in memory), with so many bytes free. It reaches this machine's registries then. */
  freeBytes?: number;
}

/** Has the Python image. */
export async function startOwnEngine(options: OwnEngineOptions = {}): Promise<OwnEngine> {
  // Short, for sockets in it.
  const folder = await mkdtemp(join(tmpdir(), 'eng-'));
  const socket = join(folder, 'docker.sock');
  const client = async (...args: string[]) =>
    (await run('docker', ['-H', `unix://${socket}`, ...args], { maxBuffer: 64 << 20 })).stdout.trim();
  const answers = () =>
    client('version').then(
      () => true,
      () => false,
    );
  const args = [
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`, '--iptables=false'],
    ...(options.liveRestore ? ['--live-restore'] : []),
  ];
  await mkdir(join(folder, 'data'), { recursive: true });
  const { freeBytes } = options;
  if (freeBytes !== undefined)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'cove', join(folder, 'data')]);
  // Its bridge would be that of the machine's own Engine, which even `--bridge=none` takes away: it lives in a network that
  // leads nowhere, or has a bridge of its own.
  const bridge = basename(folder);
  if (freeBytes !== undefined) await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  const [command = '', ...words] =
    freeBytes === undefined
      ? ['unshare', '--net', 'dockerd', ...args]
      : ['dockerd', ...args, `--bridge=${bridge}`];
  const start = () => startServer(command, words, answers, 60);
  let server: Server = await start();
  const engine: OwnEngine = {
    socket,
    kill: () => server.stop('SIGKILL'),
    async start() {
      // Its containerd goes with it; where nobody collects that, the dead one's id looks alive to the next daemon.
      for (const file of ['pid', 'exec/containerd/containerd.pid'])
        await rm(join(folder, file), { force: true });
      server = await start();
    },
    async used() {
      const { blocks, bfree, bsize } = await statfs(join(folder, 'data'));
      return (blocks - bfree) * bsize;
    },
    docker: client,
    async close() {
      const left = await client('ps', '-aq').catch(() => '');
      if (left !== '') await client('rm', '-f', ...left.split('\n')).catch(() => {});
      await server.stop();
      if (freeBytes !== undefined) await run('ip', ['link', 'delete', bridge]);
      // One that was killed left its folders mounted.
      const mounts = (await readFile('/proc/mounts', 'utf8'))
        .split('\n')
        .map((line) => line.split(' ')[1] ?? '');
      for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed())
        await run('umount', ['--lazy', mount]).catch(() => {});
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    const archive = join(folder, 'image.tar');
    await docker('save', '-o', archive, PYTHON_IMAGE);
    await client('load', '-i', archive);
    await client('tag', PYTHON_IMAGE, 'python:3.12-slim');
    await rm(archive);
    if (freeBytes !== undefined) {
      const size = (await engine.used()) + freeBytes;
      await run('mount', ['-o', `remount,size=${size}`, join(folder, 'data')]);
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}
