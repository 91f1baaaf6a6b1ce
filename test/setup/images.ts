/** Container images made on this machine: no public registry can be relied on. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill } from '../../toolchain/cache.js';
import { withLock } from '../../toolchain/lock.js';
import { command, folder, has, isRoot, Unavailable } from './machine.ts';
import { requirements } from './python.ts';

const SUITE = 'bookworm';
const INCLUDE = 'python3,ca-certificates';
/** Every name under which the tests, and the example project, ask for a Python image. */
const NAMES = ['cove-test/python:3', 'python:3.12-slim'];
const UTILS = 'cove-test/utils:1';

/** A small Debian with Python, from debootstrap; its tarball is kept. */
export async function pythonImage(host: string): Promise<void> {
  if (await exists(host, NAMES)) return;
  const made = join(folder, `image-${SUITE}-${process.arch}`);
  await withLock(join(folder, 'locks', 'image'), 'making an image', async () => {
    if (!existsSync(join(made, 'root.tar'))) await fill(made, (at) => bootstrap(at));
  });
  const [first, ...others] = NAMES as [string, ...string[]];
  const changes = ['ENV PATH=/usr/local/bin:/usr/bin:/bin', 'CMD ["python3"]'].flatMap((line) => [
    '--change',
    line,
  ]);
  await docker(host, 'import', ...changes, join(made, 'root.tar'), first);
  for (const name of others) await docker(host, 'tag', first, name);
}

async function bootstrap(at: string): Promise<void> {
  if (!isRoot || !has('debootstrap')) throw new Unavailable('an image needs debootstrap, run by root');
  const root = join(at, 'root');
  await command('debootstrap', ['--variant=minbase', `--include=${INCLUDE}`, SUITE, root]);
  for (const waste of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ])
    rmSync(join(root, waste), { recursive: true, force: true });
  mkdirSync(join(root, 'var/lib/apt/lists/partial'), { recursive: true });
  symlinkSync('/usr/bin/python3', join(root, 'usr/local/bin/python'));
  await command('tar', ['-C', root, '-c', '-f', join(at, 'root.tar'), '.']);
  rmSync(root, { recursive: true });
}

/** The same with the official in-job library. */
export async function utilsImage(host: string): Promise<void> {
  const pins = readFileSync(requirements('job'), 'utf8');
  const label = `${UTILS.replace(':', '-').replace('/', '-')}-${process.arch}`;
  if (await exists(host, [UTILS])) return;
  const made = join(folder, label);
  await withLock(join(folder, 'locks', 'image'), 'making an image', async () => {
    if (existsSync(join(made, 'pins')) && readFileSync(join(made, 'pins'), 'utf8') === pins) return;
    await fill(made, async (at) => {
      const platform = process.arch === 'arm64' ? 'manylinux2014_aarch64' : 'manylinux2014_x86_64';
      const which = ['--platform', platform, '--python-version', '3.11', '--only-binary=:all:'];
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...which];
      await command('python3', [...pip, '--target', join(at, 'site'), '-r', requirements('job')]);
      writeFileSync(
        join(at, 'Dockerfile'),
        `FROM ${NAMES[0]}\nCOPY site /usr/local/lib/python3.11/dist-packages\n`,
      );
      writeFileSync(join(at, 'pins'), pins);
    });
  });
  // The engine of the distribution is older than the client, which then has no builder of the new kind.
  await command('docker', ['-H', host, 'build', '-q', '-t', UTILS, made], {
    ...process.env,
    DOCKER_BUILDKIT: '0',
  });
}

const docker = (host: string, ...args: string[]) => command('docker', ['-H', host, ...args]);

const exists = (host: string, names: string[]) =>
  docker(host, 'image', 'inspect', '--format', '{{.Id}}', ...names).then(
    () => true,
    () => false,
  );
