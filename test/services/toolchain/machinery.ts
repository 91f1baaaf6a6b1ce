/** A small world for the toolchain: a PATH and a cache of its own, and a program that any source can give. */

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pin, Progress } from '../../../toolchain/types.d.ts';

export const toolchain = fileURLToPath(new URL('../../../toolchain', import.meta.url));

export interface World {
  folder: string;
  cache: string;
  env: NodeJS.ProcessEnv;
  /** Puts a program that prints this version into a folder. */
  program(folder: string, name: string, version: string): string;
  events: Progress[];
  onProgress(progress: Progress): void;
  remove(): void;
}

export function world(): World {
  const folder = mkdtempSync(join(tmpdir(), 'tool chain-'));
  const path = join(folder, 'bin');
  const cache = join(folder, 'cache');
  mkdirSync(path);
  const events: Progress[] = [];
  return {
    folder,
    cache,
    // The system's own folders stay: tar and sh are found there.
    env: { PATH: `${path}:/usr/bin:/bin`, HOME: folder, COVE_CACHE: cache },
    program(at, name, version) {
      mkdirSync(at, { recursive: true });
      const file = join(at, name);
      writeFileSync(file, script(version));
      chmodSync(file, 0o755);
      return file;
    },
    events,
    onProgress: (progress) => events.push(progress),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const script = (version: string) => `#!/bin/sh\necho "gadget v${version}"\n`;

/** A pin of a program that nobody has, with no source but those that a test adds. */
export function pin(more: Partial<Pin> = {}): Pin {
  return {
    name: 'gadget',
    title: 'Gadget',
    version: '2.0.0',
    minimum: '2.0.0',
    file: 'gadget',
    commands: ['gadget', 'gadget-ng'],
    ask: ['version'],
    answer: /v(\d+\.\d+\.\d+)/,
    instead: 'install it from the shop',
    ...more,
  };
}

/** Serves releases as GitHub does: an archive, and a list of checksums beside it. */
export async function releaseServer(version: string, intercept?: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const inside = join(folder, 'gadget-2');
  mkdirSync(inside);
  writeFileSync(join(inside, 'gadget'), script(version), { mode: 0o755 });
  execFileSync('tar', ['-czf', join(folder, 'gadget.tar.gz'), '-C', folder, 'gadget-2']);
  const archive = readFileSync(join(folder, 'gadget.tar.gz'));
  const sum = createHash('sha256').update(archive).digest('hex');
  let sums = `${'0'.repeat(64)}  other.tar.gz\n${sum}  gadget.tar.gz\n`;
  let downloads = 0;
  const server = createServer((request, response) => {
    if (request.url === '/checksums.txt') return response.end(sums);
    downloads += 1;
    if (intercept) return intercept(request, response);
    response.setHeader('Content-Length', archive.length);
    return response.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const archives = Object.fromEntries(
    ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].map((platform) => [platform, 'gadget.tar.gz']),
  );
  return {
    archive,
    downloads: () => downloads,
    publish: (text: string) => {
      sums = text;
    },
    release: { version, base, checksums: 'checksums.txt', member: 'gadget-2/gadget', archives },
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs a module's text in a process of its own, as another `cove` would. */
export function process_(text: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const waiting: { needle: string; resolve: () => void }[] = [];
  child.stdout.setEncoding('utf8').on('data', (data) => {
    output += data;
    for (const { needle, resolve } of waiting) if (output.includes(needle)) resolve();
  });
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(output)));
  return {
    child,
    ended,
    said: (needle: string) =>
      new Promise<void>((resolve) =>
        output.includes(needle) ? resolve() : waiting.push({ needle, resolve }),
      ),
  };
}
