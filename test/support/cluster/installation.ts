/** An operator with a cluster: their registry, certificate and config, and the command line that works on it. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { stringify } from 'yaml';
import type { Cluster, ClusterObject } from '../../../app/platform/cluster.ts';
import { buildImages } from '../../../toolchain/image/main.js';
import { FakeCloud } from '../../fakes/cloud/cloud.ts';
import { Bridge } from '../../fakes/cloud/kubernetes/bridge.ts';
import { serveCloud } from '../../fakes/cloud/server.ts';
import { BASE, DATABASES, databasesImage } from '../../setup/images.ts';
import { testCertificates } from '../certificates.ts';
import { docker, dockerHost, PYTHON_IMAGE } from '../docker.ts';
import { PASSWORD, type RegistryServer, startRegistry, USERNAME } from '../registry-server.ts';
import { type OneNode, startCluster } from './cluster.ts';
import { serveWayIn, WAY_IN } from './way-in.ts';

const MAIN = fileURLToPath(new URL('../../../app/cli/main.ts', import.meta.url));
export const PUBLIC_NAME = 'cove.example.com';
export const SPACES = { platform: 'cove-life', jobs: 'cove-life-jobs' };
/** Of a stack of workers beside it. */
const FAR = { platform: 'cove-far', jobs: 'cove-far-jobs' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const LOGIN = { username: USERNAME, password: PASSWORD };

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}
export interface ClusterInstallation {
  node: OneNode;
  registry: RegistryServer;
  /** PEM of who signed the public name's certificate. */
  authority: string;
  cove(...args: string[]): Promise<Outcome>;
  /** The same for a stack of workers that joins it, as who has the token. */
  far(token: string, ...args: string[]): Promise<Outcome>;
  /** Writes its config anew, with these keys otherwise. */
  change(keys: object): Promise<void>;
  /** What leads requests of this process to the public name. */
  way: Agent;
  /** How the pods are, with what those of the installation wrote last. */
  story(): Promise<string>;
  /** Puts an image of the test's Docker Engine into the registry, and gives its name there by digest. */
  push(image: string, to: string): Promise<string>;
  close(): Promise<void>;
}

export async function clusterInstallation(): Promise<ClusterInstallation> {
  await databasesImage(dockerHost);
  await buildImages({ base: BASE });
  const folder = await mkdtemp(join(tmpdir(), 'cove-operator-'));
  const at = (name: string) => join(folder, name);
  const registry = await startRegistry({ everywhere: true });
  const ending: (() => Promise<void>)[] = [
    () => rm(folder, { recursive: true, force: true }),
    () => registry.stop(),
  ];
  const close = async () => {
    for (const end of ending.toReversed()) await end();
  };
  try {
    const node = await startCluster({ registry: registry.host, names: [PUBLIC_NAME] });
    ending.push(() => node.close());
    const gateway = { namespace: SPACES.platform, name: 'cove' };
    const wayIn = await serveWayIn(node, { gateway, folder: at('way-in') });
    ending.push(() => wayIn.stop());
    // The image that the example asks for.
    await node.take(PYTHON_IMAGE, 'python:3.12-slim');

    const auth = base64(`${USERNAME}:${PASSWORD}`);
    const dockerConfig = JSON.stringify({ auths: { [registry.host]: { auth } } });
    await mkdir(at('docker'));
    await mkdir(at('state'));
    await writeFile(at('docker/config.json'), dockerConfig, { mode: 0o600 });
    await writeFile(at('login.json'), JSON.stringify(LOGIN), { mode: 0o600 });
    const push = async (image: string, to: string) => {
      const tag = `${registry.host}/${to}`;
      await docker('tag', image, tag);
      ending.push(async () => void (await docker('rmi', '--no-prune', tag)));
      await docker('--config', at('docker'), 'push', '--quiet', tag);
      const digests = JSON.parse(await docker('image', 'inspect', '--format', '{{json .RepoDigests}}', tag));
      return digests.find((reference: string) => reference.startsWith(`${registry.host}/`));
    };
    const databases = await push(DATABASES, 'library/databases:1');

    const tls = await testCertificates([PUBLIC_NAME]);
    await makeSpaces(node.cluster, dockerConfig, tls);
    const config = {
      ...configOf(folder, registry.host, databases, tls.caFile),
      // Listens on the machine around the node: the one address there that jobs may reach.
      reachable: [
        { name: 'registry', cidr: `${node.machine.outside}/32`, port: Number(registry.host.split(':')[1]) },
      ],
    };
    const change = (keys: object) => writeFile(at('life.yaml'), stringify({ ...config, ...keys }));
    await change({});
    await writeFile(at('far.yaml'), stringify(farOf(config)));
    // No package registry carries the providers themselves: these apply to the real cluster, and wait for it, as they do.
    const bridge = new Bridge(node.cluster, { inhabited: true });
    const fakes = await serveCloud(new FakeCloud({ bridge }));
    ending.push(async () => fakes.close());
    const { address } = node.machine;
    await writeFile(at('hosts'), `${await readFile('/etc/hosts', 'utf8')}\n${address} ${PUBLIC_NAME}\n`);
    const env = {
      ...process.env,
      COVE_HOME: at('home'),
      KUBECONFIG: node.kubeconfig,
      PULUMI_DEBUG_PROVIDERS: ['kubernetes', 'random', 'tls']
        .map((name) => `${name}:${fakes.port}`)
        .join(','),
      NO_COLOR: '1',
    };
    const run = (file: string, more: NodeJS.ProcessEnv, args: string[]) => {
      // The name leads to the cluster for this command alone.
      const within = `mount --bind ${at('hosts')} /etc/hosts && exec "$0" "$@"`;
      const command = [process.execPath, '--no-warnings', MAIN, ...args, '--config', at(file)];
      return outcomeOf('unshare', ['--mount', 'sh', '-c', within, ...command], { ...env, ...more });
    };
    const cove = (...args: string[]) => run('life.yaml', {}, args);
    const far = (token: string, ...args: string[]) => run('far.yaml', { COVE_TOKEN: token }, args);
    const way = new Agent({
      connect: { ca: tls.ca, lookup: (_name, _options, found) => found(null, [{ address, family: 4 }]) },
    });
    ending.push(() => way.destroy());
    const story = () => storyOf(node.cluster);
    return { node, registry, authority: tls.ca, cove, far, change, way, push, story, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What an operator with given namespaces makes by hand. */
async function makeSpaces(
  cluster: Cluster,
  dockerConfig: string,
  tls: { certificate: string; key: string },
): Promise<void> {
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const post = (path: string, body: object) => cluster.ask(path, { method: 'POST', body });
  for (const name of [...Object.values(SPACES), ...Object.values(FAR)]) {
    await post('/api/v1/namespaces', { metadata: { name, labels: restricted } });
    await post(`/api/v1/namespaces/${name}/secrets`, {
      metadata: { name: 'registry' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': base64(dockerConfig) },
    });
  }
  await post(`/api/v1/namespaces/${SPACES.jobs}/persistentvolumeclaims`, {
    metadata: { name: 'shared' },
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
  });
  await post(`/api/v1/namespaces/${SPACES.platform}/secrets`, {
    metadata: { name: 'public-name' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(tls.certificate), 'tls.key': base64(tls.key) },
  });
}

/** Small: the node has no more processors than the machine of the test. */
const configOf = (folder: string, registry: string, databases: string, authority: string) => ({
  target: 'kubernetes',
  context: 'test',
  state: { url: `file://${folder}/state` },
  registry: {
    repository: `${registry}/cove`,
    loginFile: `${folder}/login.json`,
    pullSecret: 'registry',
    jobPullSecrets: ['registry'],
  },
  trustedInputHosts: [registry],
  publicName: PUBLIC_NAME,
  certificate: { kind: 'given', secret: 'public-name' },
  ingress: { kind: 'gateway', ...WAY_IN },
  administrator: { email: 'admin@example.com' },
  profile: 'dev',
  appHost: { cpus: 0.8 },
  database: { kind: 'own', image: databases, cpus: 0.2, diskGb: 1 },
  queue: { kind: 'own', image: databases, cpus: 0.1, diskGb: 1 },
  storage: { kind: 'own', diskGb: 1 },
  environments: [
    {
      ...{ slug: 'small', name: 'Small', cpus: 0.2, memoryGb: 1, diskGb: 30, ceiling: 2 },
      mounts: [{ claim: 'shared', path: '/mnt/shared', readOnly: false }],
    },
  ],
  certificateAuthorities: [authority],
  given: { namespaces: SPACES },
});

/** Workers of that installation, in namespaces of their own of the same cluster. */
const farOf = ({
  context,
  state,
  registry,
  profile,
  environments,
  certificateAuthorities,
}: ReturnType<typeof configOf>) => ({
  target: 'kubernetes',
  joins: { url: `https://${PUBLIC_NAME}` },
  network: { proxies: WAY_IN.namespace },
  registry: { ...registry, repository: `${registry.repository}/far` },
  environments: environments.map(({ mounts: _, ...rest }) => ({
    ...rest,
    slug: 'far',
    name: 'Far',
    ceiling: 1,
  })),
  given: { namespaces: FAR },
  ...{ context, state, profile, certificateAuthorities },
});

function outcomeOf(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      outcome.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...outcome, code }));
  });
}

async function storyOf(cluster: Cluster): Promise<string> {
  const { items } = await cluster.ask('/api/v1/pods');
  const told: Promise<string>[] = items.map(async ({ metadata, status }: ClusterObject) => {
    const { name, namespace } = metadata;
    const log = await cluster
      .text(`/api/v1/namespaces/${namespace}/pods/${name}/log?tailLines=25`)
      .catch((error: Error) => error.message);
    return `--- ${namespace}/${name}: ${JSON.stringify(status)}\n${log}`;
  });
  return (await Promise.all(told)).join('\n');
}
