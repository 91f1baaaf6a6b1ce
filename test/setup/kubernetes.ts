/** Kubernetes' own API server from its Go module, and the definitions of objects that others add to a cluster. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill } from '../../toolchain/cache.js';
import { withLock } from '../../toolchain/lock.js';
import { obtain } from '../../toolchain/programs.js';
import type { Pin } from '../../toolchain/types.d.ts';
import { command, folder } from './machine.ts';

const VERSION = '1.34.1';
const stamp = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;

const pin: Pin = {
  name: 'kube-apiserver',
  title: "Kubernetes' API server",
  version: VERSION,
  minimum: VERSION,
  file: 'kube-apiserver',
  commands: ['kube-apiserver'],
  ask: ['--version'],
  answer: /v(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/kubernetes',
    minimumGo: '1.24.0',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    tags: '',
    ldflags: `-s -w ${stamp('gitVersion', `v${VERSION}`)} ${stamp('gitMajor', '1')} ${stamp('gitMinor', '34')}`,
    packages: 1500,
    minutes: 5,
  },
  instead: 'install it from https://kubernetes.io/releases/download/',
};

/** Absolute path of the program. */
export const apiServer = (): Promise<string> => obtain(pin, {});

const GATEWAY = { module: 'sigs.k8s.io/gateway-api', version: 'v1.3.0', at: 'config/crd/standard' };
const CERT_MANAGER = {
  module: 'github.com/cert-manager/cert-manager',
  version: 'v1.18.2',
  at: 'deploy/crds',
};
const DEFINITIONS = [
  { ...GATEWAY, file: 'gateway.networking.k8s.io_gateways.yaml' },
  { ...GATEWAY, file: 'gateway.networking.k8s.io_httproutes.yaml' },
  { ...CERT_MANAGER, file: 'crd-certificates.yaml' },
];

/** Gateway API and cert-manager, as they publish them; absolute paths of YAML files. */
export async function definitions(): Promise<string[]> {
  const made = join(folder, `cluster-definitions-${GATEWAY.version}-${CERT_MANAGER.version}`);
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
