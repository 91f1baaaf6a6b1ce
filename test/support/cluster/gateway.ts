/**
 * The least that a controller for Gateway API does: for a Gateway with its routes a proxy in a pod, behind the ports 80 and
 * 443 of the node. It knows what our stack asks for, and nothing else.
 */
import { realpathSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cluster, ClusterObject } from '../../../app/platform/cluster.ts';
import { BASE } from '../../setup/images.ts';
import type { OneNode } from './cluster.ts';

export const GATEWAY = { class: 'test', namespace: 'gateways' };
const API = '/apis/gateway.networking.k8s.io/v1';
const LABELS = { app: 'proxy' };

export interface Gateways {
  stop(): Promise<void>;
}

export async function serveGateways({ cluster, machine, take }: OneNode): Promise<Gateways> {
  await take(BASE);
  const folder = await mkdtemp(join(tmpdir(), 'cove-gateway-'));
  await copyFile(fileURLToPath(new URL('proxy.ts', import.meta.url)), join(folder, 'proxy.ts'));
  const post = (path: string, body: object) => cluster.ask(path, { method: 'POST', body });
  await post('/api/v1/namespaces', { metadata: { name: GATEWAY.namespace } });
  await post(`${API}/gatewayclasses`, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY.class },
    spec: { controllerName: 'test.example.com/gateway' },
  });
  await post(`/api/v1/namespaces/${GATEWAY.namespace}/services`, {
    metadata: { name: 'proxy' },
    spec: {
      type: 'NodePort',
      selector: LABELS,
      ports: [
        { name: 'http', port: 80, targetPort: 8080, nodePort: 80 },
        { name: 'https', port: 443, targetPort: 8443, nodePort: 443 },
      ],
    },
  });
  const seen = new Map<string, string>();
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      const [{ items: gateways }, { items: routes }] = await Promise.all([
        cluster.ask(`${API}/gateways`),
        cluster.ask(`${API}/httproutes`),
      ]);
      for (const gateway of gateways)
        if (gateway.spec.gatewayClassName === GATEWAY.class) await serve(gateway, routes);
      await sleep(200);
    }
  };

  async function serve(gateway: ClusterObject, routes: ClusterObject[]): Promise<void> {
    const { name, namespace, uid, generation } = gateway.metadata;
    const own = routes.filter(
      ({ metadata, spec }) => metadata.namespace === namespace && spec.parentRefs[0].name === name,
    );
    const config = await configOf(cluster, gateway, own);
    const text = JSON.stringify(config);
    if (config !== null && seen.get(uid) !== text) {
      seen.set(uid, text);
      await run(cluster, text, folder);
    }
    const isSaid = gateway.status?.conditions?.some(
      ({ type, observedGeneration }: ClusterObject) =>
        type === 'Programmed' && observedGeneration === generation,
    );
    if (isSaid) return;
    const condition = (type: string) => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      observedGeneration: generation,
      lastTransitionTime: new Date().toISOString(),
    });
    await cluster.ask(`${API}/namespaces/${namespace}/gateways/${name}/status`, {
      method: 'PATCH',
      body: {
        status: {
          addresses: [{ type: 'IPAddress', value: machine.address }],
          conditions: [condition('Accepted'), condition('Programmed')],
        },
      },
    });
  }

  const running = loop().catch((error) => {
    if (!stopped) console.error('gateway:', error);
  });
  return {
    async stop() {
      stopped = true;
      await running;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Null until the route with a backend is there. */
async function configOf(cluster: Cluster, gateway: ClusterObject, routes: ClusterObject[]) {
  const { namespace } = gateway.metadata;
  const listener = gateway.spec.listeners.find(({ protocol }: ClusterObject) => protocol === 'HTTPS');
  const backend = routes.flatMap(({ spec }) => spec.rules).find(({ backendRefs }) => backendRefs)
    ?.backendRefs[0];
  const { name: secret } = listener.tls.certificateRefs[0];
  const found = await cluster.find(`/api/v1/namespaces/${namespace}/secrets/${secret}`);
  if (backend === undefined || found === null) return null;
  const text = (key: string) => Buffer.from(found.data[key], 'base64').toString();
  return {
    name: listener.hostname,
    backend: `${backend.name}.${namespace}.svc.cluster.local`,
    port: backend.port,
    certificate: text('tls.crt'),
    key: text('tls.key'),
  };
}

/** One proxy, made anew for another config. */
async function run(cluster: Cluster, config: string, folder: string): Promise<void> {
  const at = `/api/v1/namespaces/${GATEWAY.namespace}`;
  const name = `proxy-${Date.now()}`;
  await cluster.ask(`${at}/secrets`, {
    method: 'POST',
    body: { metadata: { name }, stringData: { config } },
  });
  const { items } = await cluster.ask(`${at}/pods`);
  const node = realpathSync(process.execPath);
  await cluster.ask(`${at}/pods`, {
    method: 'POST',
    body: {
      metadata: { name, labels: LABELS },
      spec: {
        containers: [
          {
            name: 'proxy',
            image: BASE,
            imagePullPolicy: 'Never',
            command: ['/opt/node/node', '/opt/proxy/proxy.ts', '/etc/proxy/config'],
            readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
            volumeMounts: [
              { name: 'node', mountPath: '/opt/node' },
              { name: 'proxy', mountPath: '/opt/proxy' },
              { name: 'config', mountPath: '/etc/proxy' },
            ],
          },
        ],
        volumes: [
          { name: 'node', hostPath: { path: dirname(node) } },
          { name: 'proxy', hostPath: { path: folder } },
          { name: 'config', secret: { secretName: name } },
        ],
      },
    },
  });
  for (const { metadata } of items)
    await cluster.ask(`${at}/pods/${metadata.name}?gracePeriodSeconds=0`, { method: 'DELETE' });
}
