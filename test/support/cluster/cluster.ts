/**
 * A cluster of one node, made of Kubernetes' own programs: API server, controllers, scheduler, kubelet and kube-proxy,
 * with etcd, containerd, runc, CoreDNS, the usual network plugins, and a program that enforces NetworkPolicies. Volumes are
 * folders of the node.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../../app/platform/cluster.ts';
import { buildImage } from '../../setup/images.ts';
import { clusterPrograms, defineObjects } from '../../setup/kubernetes.ts';
import { docker, dockerHost } from '../docker.ts';
import { type Server, until } from '../process.ts';
import { type NodeMachine, startMachine } from './machine.ts';
import * as tell from './programs.ts';
import { provideVolumes, type Volumes } from './volumes.ts';

/** What every pod's namespaces are held by. */
const PAUSE = 'docker.io/cove-test/pause:1';

export interface OneNode {
  cluster: Cluster;
  machine: NodeMachine;
  /** Of its administrator; its only context is `test`. */
  kubeconfig: string;
  /** Puts images of the test's Docker Engine where the node finds them. */
  take(...images: string[]): Promise<void>;
  /** The last that each program wrote. */
  story(): string;
  close(): Promise<void>;
}

export interface OneNodeOptions {
  /** What it serves over plain HTTP, as `127.0.0.1:PORT`: the node finds it outside under the same name. */
  registry: string;
  /** Names that lead to the node. */
  names: string[];
}

export async function startCluster({ registry, names }: OneNodeOptions): Promise<OneNode> {
  const programs = await clusterPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'cove-node-'));
  const machine = await startMachine(folder);
  const at = (name: string) => join(folder, name);
  const place: tell.Place = { address: machine.address, at };
  const servers: Record<string, Server> = {};
  let volumes: Volumes | undefined;
  let cluster: Cluster | undefined;
  const close = async () => {
    await volumes?.stop();
    await cluster?.close();
    await machine.close();
    await rm(folder, { recursive: true, force: true });
  };
  const story = () =>
    Object.entries(servers)
      .map(([name, { output }]) => `--- ${name}\n${output().slice(-6000)}`)
      .join('\n');
  const json = (name: string, content: object) =>
    writeFile(at(name), JSON.stringify(content), { mode: 0o600 });

  try {
    const token = randomBytes(24).toString('hex');
    await prepare();
    const start = async (name: string, args: string[], ready: () => Promise<unknown>) => {
      const program = programs[name] ?? name;
      servers[name] = await machine.start(program, args, () => ready().then(Boolean, () => false));
    };
    const ok = (url: string) => () => machine.run('curl', '-sfk', '--max-time', '2', url);
    const now = async () => true;
    await start('etcd', tell.etcdArgs(place), ok('http://127.0.0.1:2379/health'));
    await start('containerd', ['--config', at('containerd.toml')], () => ctr('version'));
    const server = `https://${machine.address}:6443`;
    await start('kube-apiserver', tell.apiServerArgs(place), ok(`${server}/livez`));
    const authority = await readFile(at('certificates/apiserver.crt'), 'utf8');
    cluster = new Cluster({ server, authority, token: async () => token });
    const own = cluster;
    await until('the API server is ready', () => own.text('/readyz').catch(() => null), 60);
    await json('kubeconfig', tell.kubeconfig(server, authority, token));
    const take = async (...images: string[]) => {
      const file = at('images.tar');
      await docker('save', '--output', file, ...images);
      await ctr('--namespace', 'k8s.io', 'images', 'import', file);
      await rm(file);
    };
    await takePause(take);
    await start('kube-controller-manager', tell.controllerArgs(place), now);
    await start('kube-scheduler', tell.schedulerArgs(place), now);
    await start('kubelet', tell.kubeletArgs(place), now);
    await start('kube-proxy', [`--config=${at('proxy.json')}`], now);
    await start('coredns', ['-conf', at('dns')], now);
    await start('kube-network-policies', [`-kubeconfig=${at('kubeconfig')}`, `-node=${tell.NODE}`], now);
    for (const rule of tell.policyRules())
      await machine.run('iptables', '--table', 'mangle', '--append', 'POSTROUTING', ...rule);
    await defineObjects(own);
    await until('the node is ready', () => isReady(own), 90);
    volumes = await provideVolumes(own, at('volumes'));
    return { cluster: own, machine, kubeconfig: at('kubeconfig'), take, story, close };

    async function prepare() {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const hosts = at(`registries/${registry}`);
      for (const name of ['cni', 'volumes', 'kubelet', 'plugins', 'logs']) await mkdir(at(name));
      await mkdir(hosts, { recursive: true });
      await writeFile(at('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
        mode: 0o600,
      });
      await writeFile(at('accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
      await writeFile(at('tokens.csv'), `${token},admin,1,system:masters\n`, { mode: 0o600 });
      await writeFile(at('containerd.toml'), tell.containerdConfig(place, PAUSE));
      const outside = registry.replace('127.0.0.1', machine.outside);
      const can = 'capabilities = ["pull", "resolve"]';
      await writeFile(join(hosts, 'hosts.toml'), `[host."http://${outside}"]\n${can}\n`);
      await writeFile(at('resolv.conf'), `nameserver ${machine.address}\n`);
      const known = Object.fromEntries(names.map((name) => [name, machine.address]));
      await writeFile(at('dns'), tell.dnsConfig(place, known));
      await json('cni/10-pods.conf', tell.cniConfig());
      await json('kubelet.json', tell.kubeletConfig(place, machine.cgroup));
      await json('proxy.json', tell.proxyConfig(place));
    }
    function ctr(...args: string[]) {
      return machine.run('ctr', '--address', at('containerd.sock'), ...args);
    }
  } catch (error) {
    const told = story();
    await close();
    throw new Error(`${(error as Error).message}\n${told}`, { cause: error });
  }
}

async function takePause(take: (image: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-pause-'));
  await writeFile(
    join(folder, 'Dockerfile'),
    'FROM cove-test/base:1\nENTRYPOINT ["/bin/sleep", "infinity"]\n',
  );
  const tag = PAUSE.replace('docker.io/', '');
  await buildImage(dockerHost, tag, folder);
  await rm(folder, { recursive: true });
  await take(tag);
}

async function isReady(cluster: Cluster): Promise<boolean> {
  const node = await cluster.find(`/api/v1/nodes/${tell.NODE}`);
  const conditions: { type: string; status: string }[] = node?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
