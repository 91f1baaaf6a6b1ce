/**
 * The way into the cluster: Contour on the node, which serves Gateway API and Ingress, and its proxy, Envoy, in a pod behind
 * the ports 80 and 443 of the node.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BASE } from '../../setup/images.ts';
import { clusterPrograms, contourDefinitions, define } from '../../setup/kubernetes.ts';
import type { Server } from '../process.ts';
import type { OneNode } from './cluster.ts';

/** Name of the GatewayClass and of the IngressClass, and where the proxy runs. */
export const WAY_IN = { class: 'contour', namespace: 'proxies' };
const LABELS = { app: 'envoy' };
const XDS = '8001';

/** `gateway`: namespace and name of the one that it serves. `folder`: of its files. */
export async function serveWayIn(
  { cluster, machine, kubeconfig, take }: OneNode,
  { gateway, folder }: { gateway: { namespace: string; name: string }; folder: string },
): Promise<Server> {
  const programs = await clusterPrograms();
  const post = (path: string, body: object) => cluster.ask(path, { method: 'POST', body });
  const file = (name: string) => join(folder, name);
  await mkdir(folder);
  await take(BASE);
  await define(cluster, await contourDefinitions());
  await post('/api/v1/namespaces', { metadata: { name: WAY_IN.namespace } });
  await post('/apis/gateway.networking.k8s.io/v1/gatewayclasses', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: WAY_IN.class },
    spec: { controllerName: 'projectcontour.io/gateway-controller' },
  });
  await post('/apis/networking.k8s.io/v1/ingressclasses', {
    metadata: { name: WAY_IN.class },
    spec: { controller: 'projectcontour.io/ingress-controller' },
  });
  const port = (name: string, outside: number, inside: number) => ({
    name,
    port: outside,
    targetPort: inside,
    nodePort: outside,
  });
  await post(`/api/v1/namespaces/${WAY_IN.namespace}/services`, {
    metadata: { name: 'envoy' },
    spec: {
      type: 'NodePort',
      selector: LABELS,
      ports: [port('http', 80, 8080), port('https', 443, 8443)],
    },
  });

  const contour = programs.contour!;
  await writeFile(file('contour.yaml'), JSON.stringify({ gateway: { gatewayRef: gateway } }));
  await machine.run(
    contour,
    'bootstrap',
    file('envoy.json'),
    `--xds-address=${machine.address}`,
    `--xds-port=${XDS}`,
  );
  const serving = await machine.start(
    contour,
    [
      'serve',
      '--insecure',
      '--xds-address=0.0.0.0',
      `--xds-port=${XDS}`,
      `--kubeconfig=${kubeconfig}`,
      `--config-path=${file('contour.yaml')}`,
      '--disable-leader-election',
      ...['extensionservices', 'tlsroutes', 'grpcroutes', 'tcproutes', 'backendtlspolicies'].map(
        (kind) => `--disable-feature=${kind}`,
      ),
      `--ingress-class-name=${WAY_IN.class}`,
      `--ingress-status-address=${machine.address}`,
    ],
    (said) => said.includes('started xDS server') || said.includes('xDS server'),
  );
  await post(`/api/v1/namespaces/${WAY_IN.namespace}/pods`, {
    metadata: { name: 'envoy', labels: LABELS },
    spec: {
      containers: [
        {
          name: 'envoy',
          image: BASE,
          imagePullPolicy: 'Never',
          command: ['/opt/envoy/envoy', '--config-path', '/etc/envoy/envoy.json'],
          args: ['--service-cluster', 'proxies', '--service-node', 'envoy', '--log-level', 'warn'],
          readinessProbe: { tcpSocket: { port: 8002 }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'envoy', mountPath: '/opt/envoy' },
            { name: 'config', mountPath: '/etc/envoy' },
            { name: 'admin', mountPath: '/admin' },
          ],
        },
      ],
      volumes: [
        { name: 'envoy', hostPath: { path: dirname(programs.envoy!) } },
        { name: 'config', hostPath: { path: folder } },
        { name: 'admin', emptyDir: {} },
      ],
    },
  });
  return serving;
}
