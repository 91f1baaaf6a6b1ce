/** Object stores of three clouds, for tests: versitygw (S3), fake-gcs-server, Azurite; each from its package registry. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fill } from '../../toolchain/cache.js';
import { withLock } from '../../toolchain/lock.js';
import { obtain } from '../../toolchain/programs.js';
import type { Pin } from '../../toolchain/types.d.ts';
import { command, folder } from './machine.ts';

const s3: Pin = {
  name: 'versitygw',
  title: 'Versity S3 Gateway',
  version: '1.8.0',
  minimum: '1.8.0',
  file: 'versitygw',
  commands: ['versitygw'],
  ask: ['--version'],
  answer: /(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/versitygw',
    minimumGo: '1.25.0',
    package: 'github.com/versity/versitygw/cmd/versitygw',
    tags: '',
    ldflags: '-s -w -X main.Version=1.8.0',
    packages: 600,
    minutes: 2,
  },
  instead: 'install it from https://github.com/versity/versitygw/releases',
};

const gcs: Pin = {
  name: 'fake-gcs-server',
  title: 'fake-gcs-server',
  version: '1.56.0',
  minimum: '1.56.0',
  file: 'fake-gcs-server',
  // It does not tell its version, so only the one in the cache is taken.
  commands: [],
  ask: ['-help'],
  answer: /(Usage)/,
  goModule: {
    folder: '../test/setup/fake-gcs-server',
    minimumGo: '1.25.8',
    package: 'github.com/fsouza/fake-gcs-server',
    tags: '',
    ldflags: '-s -w',
    packages: 700,
    minutes: 3,
  },
  instead: 'install it from https://github.com/fsouza/fake-gcs-server/releases',
};

/** Absolute path of versitygw. */
export const s3Server = (): Promise<string> => obtain(s3, {});
/** Absolute path of fake-gcs-server. */
export const gcsServer = (): Promise<string> => obtain(gcs, {});

/** Absolute path of Azurite's blob server, a script for Node; not a dependency, since it brings 450 packages. */
export async function azureServer(): Promise<string> {
  const made = join(folder, 'azurite-3.37.0');
  await withLock(join(folder, 'locks', 'azurite'), 'installing Azurite', async () => {
    if (existsSync(made)) return;
    await fill(made, async (at: string) => {
      for (const file of ['package.json', 'package-lock.json'])
        copyFileSync(fileURLToPath(new URL(`azurite/${file}`, import.meta.url)), join(at, file));
      await command('npm', ['ci', '--prefix', at, '--ignore-scripts', '--no-audit', '--no-fund']);
    });
  });
  return join(made, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');
}

/** All three; one build after the other, since each takes every core. */
export async function objectStores(): Promise<void> {
  await azureServer();
  await s3Server();
  await gcsServer();
}
