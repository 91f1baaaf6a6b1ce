/** A Docker Engine of a test's own, which it may kill: in a network of its own, so that it leaves the machine's alone. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker, PYTHON_IMAGE } from './docker.ts';
import { type Server, startServer } from './process.ts';

const run = promisify(execFile);

export interface OwnEngine {
  socket: string;
  /** Of the daemon; what it runs in containers goes on, and so does its containerd. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** The `docker` client against it. */
  docker(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** `liveRestore`: containers outlive the daemon. Has the Python image. */
export async function startOwnEngine(options: { liveRestore: boolean }): Promise<OwnEngine> {
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
  // Its bridge would be, or take away, that of the machine's own Engine: it lives in a network that leads nowhere.
  const start = () => startServer('unshare', ['--net', 'dockerd', ...args], answers, 60);
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
    docker: client,
    async close() {
      const left = await client('ps', '-aq').catch(() => '');
      if (left !== '') await client('rm', '-f', ...left.split('\n')).catch(() => {});
      await server.stop();
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
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}
