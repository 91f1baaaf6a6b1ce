/** Container images made on this machine: no public registry can be relied on. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill } from '../../toolchain/cache.js';
import { withLock } from '../../toolchain/lock.js';
import { command, folder, has, isRoot, Unavailable } from './machine.ts';
import { requirements } from './python.ts';

const SUITE = 'bookworm';
/** What each small Debian has besides the least. */
const ROOTS = {
  python: 'python3,ca-certificates',
  /** A base for the images of `npm run image`, which then asks no network. */
  base: 'git,openssh-client,ca-certificates',
  /** A server of one's own, on which somebody installs Cove. */
  server:
    'systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,git,openssh-client,python3,ca-certificates',
  /** PostgreSQL and Redis, as their official images run them but for the versions. */
  databases: 'postgresql,redis-server,ca-certificates',
  /** A machine of a cloud: what its image brings before the first boot. */
  host: 'systemd,systemd-sysv,dbus,cloud-init,python3-cffi-backend,docker.io,iptables,iproute2,ca-certificates,amazon-ecr-credential-helper',
};
export const BASE = 'cove-test/base:1';
export const SERVER = 'cove-test/server:1';
export const HOST = 'cove-test/host:1';
export const DATABASES = 'cove-test/databases:1';
/** Every name under which the tests, and the example project, ask for a Python image. */
const NAMES = ['cove-test/python:3', 'python:3.12-slim'];
const UTILS = 'cove-test/utils:1';
const WAREHOUSE = 'cove-test/warehouse:1';
const JUPYTER = 'cove-test/jupyter:1';

/** A small Debian with Python, from debootstrap; its tarball is kept. */
export async function pythonImage(host: string): Promise<void> {
  if (await exists(host, NAMES)) return;
  const made = await root('python');
  const [first, ...others] = NAMES as [string, ...string[]];
  const changes = ['ENV PATH=/usr/local/bin:/usr/bin:/bin', 'CMD ["python3"]'].flatMap((line) => [
    '--change',
    line,
  ]);
  await docker(host, 'import', ...changes, made, first);
  for (const name of others) await docker(host, 'tag', first, name);
}

/** The base of our own images. */
export const baseImage = (host: string): Promise<void> => imported(host, 'base', BASE);
export const serverImage = (host: string): Promise<void> => imported(host, 'server', SERVER);
/** A machine that boots; only the suite `boot` needs it. */
export const hostImage = (host: string): Promise<void> => imported(host, 'host', HOST);
/** Only the suite `cluster` needs it. */
export async function databasesImage(host: string): Promise<void> {
  if (await exists(host, [DATABASES])) return;
  const bare = `${DATABASES}-bare`;
  await imported(host, 'databases', bare);
  const context = join(folder, 'databases');
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, 'entrypoint.sh'), ENTRYPOINT, { mode: 0o755 });
  writeFileSync(
    join(context, 'Dockerfile'),
    [
      `FROM ${bare}`,
      'COPY entrypoint.sh /usr/local/bin/entrypoint.sh',
      "RUN echo 'cove:x:999:' >> /etc/group && echo 'cove:x:999:999::/tmp:/bin/sh' >> /etc/passwd",
      'ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin',
      'ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]',
      '',
    ].join('\n'),
  );
  await buildImage(host, DATABASES, context);
}

/** What the official image of PostgreSQL does before it starts a server. */
const ENTRYPOINT = `#!/bin/bash
set -e
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --encoding=UTF8 --locale=C.UTF-8
fi
exec "$@"
`;

async function imported(host: string, kind: keyof typeof ROOTS, name: string): Promise<void> {
  if (!(await exists(host, [name]))) await docker(host, 'import', await root(kind), name);
}

/** A tarball, made once. */
async function root(kind: keyof typeof ROOTS): Promise<string> {
  const label = createHash('sha256').update(ROOTS[kind]).digest('hex').slice(0, 8);
  const made = join(folder, `image-${SUITE}-${kind}-${label}-${process.arch}`);
  await withLock(join(folder, 'locks', `image-${kind}`), 'making an image', async () => {
    if (!existsSync(join(made, 'root.tar'))) await fill(made, (at) => bootstrap(at, ROOTS[kind]));
  });
  return join(made, 'root.tar');
}

async function bootstrap(at: string, include: string): Promise<void> {
  if (!isRoot || !has('debootstrap')) throw new Unavailable('an image needs debootstrap, run by root');
  const tree = join(at, 'root');
  // In a mount namespace of its own: a /proc that an interrupted run left mounted would stand in the next one's way.
  const make = ['debootstrap', '--variant=minbase', `--include=${include}`, SUITE, tree];
  await command('unshare', ['--mount', ...make]);
  for (const waste of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ])
    rmSync(join(tree, waste), { recursive: true, force: true });
  mkdirSync(join(tree, 'var/lib/apt/lists/partial'), { recursive: true });
  if (existsSync(join(tree, 'usr/bin/python3')))
    symlinkSync('/usr/bin/python3', join(tree, 'usr/local/bin/python'));
  await command('tar', ['-C', tree, '-c', '-f', join(at, 'root.tar'), '.']);
  rmSync(tree, { recursive: true });
}

const SITE = '/usr/local/lib/python3.11/dist-packages';

/** The same with the official in-job library. */
export const utilsImage = (host: string): Promise<void> =>
  withPackages(host, UTILS, 'job', [`COPY site ${SITE}`]);

/** The same with JupyterLab, as images for notebooks have it. */
export const jupyterImage = (host: string): Promise<void> =>
  withPackages(
    host,
    JUPYTER,
    'jupyter',
    [`COPY site ${SITE}`, `RUN cp -r ${SITE}/share/jupyter /usr/local/share/`].concat(
      [
        ['jupyter', 'jupyter_core.command'],
        ['jupyter-lab', 'jupyterlab.labapp'],
      ].map(([program, module]) => {
        const at = `/usr/local/bin/${program}`;
        return `RUN printf '#!/usr/bin/python3\\nfrom ${module} import main\\nmain()\\n' > ${at} && chmod +x ${at}`;
      }),
    ),
  );

/** The same with a client of PostgreSQL. */
export const warehouseImage = (host: string): Promise<void> =>
  withPackages(host, WAREHOUSE, 'warehouse', [`COPY site ${SITE}`]);

async function withPackages(
  host: string,
  name: string,
  pinned: 'job' | 'jupyter' | 'warehouse',
  lines: string[],
): Promise<void> {
  const pins = readFileSync(requirements(pinned), 'utf8');
  const label = `${name.replace(':', '-').replace('/', '-')}-${process.arch}`;
  if (await exists(host, [name])) return;
  const made = join(folder, label);
  await withLock(join(folder, 'locks', 'image'), 'making an image', async () => {
    if (existsSync(join(made, 'pins')) && readFileSync(join(made, 'pins'), 'utf8') === pins) return;
    await fill(made, async (at) => {
      const platform = process.arch === 'arm64' ? 'manylinux2014_aarch64' : 'manylinux2014_x86_64';
      const tags = [platform, platform.replace('2014', '_2_28'), platform.replace('2014', '_2_17')];
      const which = [
        ...tags.flatMap((tag) => ['--platform', tag]),
        '--python-version',
        '3.11',
        '--only-binary=:all:',
      ];
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...which];
      await command('python3', [...pip, '--target', join(at, 'site'), '-r', requirements(pinned)]);
      writeFileSync(join(at, 'Dockerfile'), [`FROM ${NAMES[0]}`, ...lines, ''].join('\n'));
      writeFileSync(join(at, 'pins'), pins);
    });
  });
  await buildImage(host, name, made);
}

/** The engine of the distribution is older than the client, which then has no builder of the new kind. */
export const buildImage = (host: string, tag: string, context: string) =>
  command('docker', ['-H', host, 'build', '-q', '-t', tag, context], {
    ...process.env,
    DOCKER_BUILDKIT: '0',
  });

const docker = (host: string, ...args: string[]) => command('docker', ['-H', host, ...args]);

const exists = (host: string, names: string[]) =>
  docker(host, 'image', 'inspect', '--format', '{{.Id}}', ...names).then(
    () => true,
    () => false,
  );
