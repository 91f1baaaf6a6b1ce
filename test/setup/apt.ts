import { existsSync, globSync, readdirSync } from 'node:fs';
import { command, has, isDebian, isRoot, Unavailable } from './machine.ts';

/** The operating system's packages that only tests need, and how to see that one is not missing. */
const packages: Record<string, () => boolean | Promise<boolean>> = {
  'docker.io': () => has('dockerd'),
  iptables: () => has('iptables'),
  iproute2: () => has('ip'),
  faketime: () => globSync('/usr/lib/*/faketime/libfaketime.so.1').length > 0,
  debootstrap: () => has('debootstrap'),
  'openssh-server': () => has('sshd'),
  'openssh-client': () => has('ssh-keygen'),
  chromium: () => has('chromium'),
  'fonts-dejavu-core': () => existsSync('/usr/share/fonts') && readdirSync('/usr/share/fonts').length > 0,
  curl: () => has('curl'),
  jq: () => has('jq'),
  prometheus: () => has('promtool'),
  // Server and clients of one version, which npm's package has not.
  postgresql: () => globSync('/usr/lib/postgresql/*/bin/pg_dumpall').length > 0,
  'etcd-server': () => has('etcd'),
  'containernetworking-plugins': () => existsSync('/usr/lib/cni/bridge'),
  'docker-registry': () => has('docker-registry'),
  'ca-certificates': () => existsSync('/etc/ssl/certs/ca-certificates.crt'),
  'python3-venv': () => python('import ensurepip, venv'),
  'python3-pip': () => python('import pip'),
};

const python = (code: string) =>
  command('python3', ['-c', code]).then(
    () => true,
    () => false,
  );

/** Installs what is missing; waits for another apt that is at work. */
export async function installPackages(): Promise<void> {
  const missing: string[] = [];
  for (const [name, present] of Object.entries(packages)) if (!(await present())) missing.push(name);
  if (missing.length === 0) return;
  if (!isDebian) throw new Unavailable(`this is not Debian; install by hand: ${missing.join(', ')}`);
  if (!isRoot)
    throw new Unavailable(`only root installs packages; as root: apt-get install ${missing.join(' ')}`);
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Without systemd, init scripts then start no daemon of their own at installation.
    RUNLEVEL: '1',
  };
  const apt = (...args: string[]) =>
    command('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=900', ...args], env);
  await apt('update');
  const install = (...names: string[]) => apt('install', '-y', '--no-install-recommends', ...names);
  await install(...missing);
  // Since Debian 13 the engine comes without its client.
  if (!has('docker')) await install('docker-cli');
}
