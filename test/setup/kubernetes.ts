/** Kubernetes' own programs from their Go modules, and the definitions of objects that others add to a cluster. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Cluster } from '../../app/platform/cluster.ts';
import { fill } from '../../toolchain/cache.js';
import { withLock } from '../../toolchain/lock.js';
import { obtain } from '../../toolchain/programs.js';
import type { Pin } from '../../toolchain/types.d.ts';
import { until } from '../support/process.ts';
import { command, folder } from './machine.ts';

const VERSION = '1.34.1';
const stamp = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;

const LDFLAGS = `-s -w ${stamp('gitVersion', `v${VERSION}`)} ${stamp('gitMajor', '1')} ${stamp('gitMinor', '34')}`;

/** One of Kubernetes' own programs. */
const pinOf = (name: string, minutes: number): Pin => ({
  name,
  title: `Kubernetes' ${name}`,
  version: VERSION,
  minimum: VERSION,
  file: name,
  commands: [name],
  ask: ['--version'],
  answer: /v(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/kubernetes',
    minimumGo: '1.24.0',
    package: `k8s.io/kubernetes/cmd/${name}`,
    tags: '',
    ldflags: LDFLAGS,
    packages: 1500,
    minutes,
  },
  instead: 'install it from https://kubernetes.io/releases/download/',
});

/** Names of cluster and world for pods: CoreDNS with the few plugins that it takes. */
const dns: Pin = {
  name: 'coredns',
  title: 'CoreDNS',
  version: '1.12.4',
  minimum: '1.12.0',
  file: 'coredns',
  commands: ['coredns'],
  ask: ['-version'],
  answer: /CoreDNS-(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/coredns',
    minimumGo: '1.24.0',
    package: '.',
    tags: '',
    ldflags: '-s -w',
    packages: 700,
    minutes: 2,
  },
  instead: 'install it from https://github.com/coredns/coredns/releases',
};

/** Absolute path of the program. */
export const apiServer = (): Promise<string> => obtain(pinOf('kube-apiserver', 5), {});

/** Paths of all that a node runs, by name; one after another, since each build takes all of the machine. */
export async function clusterPrograms(): Promise<Record<string, string>> {
  const paths: Record<string, string> = { 'kube-apiserver': await apiServer() };
  for (const name of ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'])
    paths[name] = await obtain(pinOf(name, 3), {});
  paths.coredns = await obtain(dns, {});
  return paths;
}

const GATEWAY = { module: 'sigs.k8s.io/gateway-api', version: 'v1.3.0', at: 'config/crd/standard' };
const CERT_MANAGER = {
  module: 'github.com/cert-manager/cert-manager',
  version: 'v1.18.2',
  at: 'deploy/crds',
};
const DEFINITIONS = [
  { ...GATEWAY, file: 'gateway.networking.k8s.io_gatewayclasses.yaml' },
  { ...GATEWAY, file: 'gateway.networking.k8s.io_gateways.yaml' },
  { ...GATEWAY, file: 'gateway.networking.k8s.io_httproutes.yaml' },
  { ...CERT_MANAGER, file: 'crd-certificates.yaml' },
];

/** Gateway API and cert-manager, as they publish them; absolute paths of YAML files. */
export async function definitions(): Promise<string[]> {
  const made = join(
    folder,
    `cluster-definitions-${GATEWAY.version}-${CERT_MANAGER.version}-${DEFINITIONS.length}`,
  );
  await withLock(join(folder, 'locks', 'cluster-definitions'), 'fetching definitions', async () => {
    if (existsSync(made)) return;
    await fill(made, async (at: string) => {
      for (const { module, version, at: within, file } of DEFINITIONS) {
        const { Dir } = JSON.parse(await command('go', ['mod', 'download', '-json', `${module}@${version}`]));
        copyFileSync(join(Dir, within, file), join(at, file));
        // cert-manager's are templates of its chart; the lines that are, are about labels alone.
        const text = readFileSync(join(at, file), 'utf8');
        writeFileSync(join(at, file), text.replaceAll(/^.*\{\{.*\n/gm, ''), { mode: 0o644 });
      }
    });
  });
  return DEFINITIONS.map(({ file }) => join(made, file));
}

/** Makes them known to a cluster, and waits until they are. */
export async function defineObjects(cluster: Cluster): Promise<void> {
  const paths = await Promise.all(
    (await definitions()).map(async (file) => {
      const body = parse(readFileSync(file, 'utf8'));
      await cluster.ask('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { method: 'POST', body });
      const { group, versions, names } = body.spec;
      return `/apis/${group}/${versions[0].name}/${names.plural}`;
    }),
  );
  for (const path of paths) await until(`${path} is known`, () => cluster.find(path), 60);
}
