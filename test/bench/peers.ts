/**
 * What others do with the same PostgreSQL and Redis, in the same run: BullMQ and graphile-worker, got by npm into a folder of
 * the run, and the least that anybody needs. Each works in a process of its own (`peer.ts`), as our worker does.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Breakable } from '../support/breakable.ts';
import { SUPERUSER, SUPERUSER_PASSWORD } from '../support/postgres-server.ts';
import { ADMIN, ADMIN_PASSWORD } from '../support/redis-server.ts';

/** Pinned: a number is of a version. */
export const PEERS = {
  bullmq: '6.7.0',
  'graphile-worker': '0.18.0',
  ioredis: '6.0.0',
  pg: '8.23.1',
} as const;

/** What a peer is told of the servers; over IPC, for it holds passwords. */
export interface Servers {
  /** Where the packages are. */
  packages: string;
  redis: { host: string; port: number; username: string; password: string };
  /** A database of the peers' own. */
  postgres: string;
}
export type Kind = 'bullmq' | 'graphile' | 'bare worker' | 'bare server';
export interface PeerOptions {
  kind: Kind;
  servers: Servers;
  /** Jobs at once. */
  concurrency: number;
  /** Of the queue. */
  name: string;
  /** Of each job. */
  workMs?: number;
  /** The bare worker's server. */
  port?: number;
}
/** `at` by `clock.ts`. */
export type Said = { ready: true; port?: number } | { id: string; at: number };

/** By the run's own npm; scripts of packages do not run. */
export async function installPeers(at: Breakable): Promise<Servers> {
  const packages = await mkdtemp(join(tmpdir(), 'peers-'));
  await writeFile(join(packages, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: packages,
  });
  await sql`CREATE DATABASE peers`.execute(at.db);
  const { host, port } = at.at.postgres.address;
  return {
    packages,
    redis: { ...at.at.redis.address, username: ADMIN, password: ADMIN_PASSWORD },
    postgres: `postgres://${SUPERUSER}:${SUPERUSER_PASSWORD}@${host}:${port}/peers`,
  };
}

export const packagesOf = ({ packages }: Servers) => createRequire(join(packages, 'package.json'));

export interface Peer {
  child: ChildProcess;
  port: number;
  /** Resolves with the time when the job with this id was begun. */
  began(id: string): Promise<number>;
  /** What was begun so far, and how often. */
  seen: Map<string, number>;
  /** When the first and the latest were begun. */
  first: number;
  last: number;
  kill(): void;
}

export async function startPeer(options: PeerOptions): Promise<Peer> {
  const child = fork(join(import.meta.dirname, 'peer.ts'), { execArgv: ['--no-warnings'] });
  const waiting = new Map<string, (at: number) => void>();
  const times = new Map<string, number>();
  const seen = new Map<string, number>();
  const ready = Promise.withResolvers<number>();
  child.once('exit', (code) => ready.reject(new Error(`${options.kind} ended with ${code}`)));
  const peer: Peer = {
    child,
    port: 0,
    seen,
    first: 0,
    last: 0,
    began: async (id) => times.get(id) ?? (await new Promise<number>((resolve) => waiting.set(id, resolve))),
    kill: () => void child.kill('SIGKILL'),
  };
  child.on('message', (said: Said) => {
    if ('ready' in said) return ready.resolve(said.port ?? 0);
    if (times.size === 0) peer.first = said.at;
    peer.last = said.at;
    times.set(said.id, said.at);
    seen.set(said.id, (seen.get(said.id) ?? 0) + 1);
    waiting.get(said.id)?.(said.at);
  });
  child.send(options);
  peer.port = await ready.promise;
  return peer;
}
