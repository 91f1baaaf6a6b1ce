/** A worker stack in a cluster on the real engine: its objects go to a real API server, its entry to an installation over HTTP. */
import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { ScalerSettings, WorkerSettings } from '../../../app/settings.ts';
import { registryImage } from '../../../components/provider/kinds/registry-image.ts';
import { workerStack } from '../../../components/provider/kinds/worker-stack.ts';
import { serveProvider } from '../../../components/provider/server.ts';
import { WorkersConfig } from '../../../config/schema.ts';
import { program } from '../../../stacks/index.ts';
import { Bridge } from '../../fakes/cloud/kubernetes/bridge.ts';
import { withFakeCloud } from '../../fakes/cloud/with.ts';
import { startControlPlane } from '../../support/control-plane.ts';
import { installation, TOKEN } from '../../support/joined-installation.ts';
import { lacks } from '../../support/machine.ts';
import { judgedAs } from './policies.ts';

afterEach(() => vi.unstubAllEnvs());

const digest = `sha256:${'a'.repeat(64)}`;
const image = { digest, source: { kind: 'archive' as const, path: '/nowhere/image.tar' } };
const BASE = {
  target: 'kubernetes',
  joins: { url: 'https://cove.example.org' },
  context: 'test',
  state: { url: 's3://state?region=eu-central-1' },
  registry: { repository: 'registry.example.com/cove' },
  environments: [{ slug: 'far', name: 'Far', cpus: 4, ceiling: 4 }],
};
const configOf = (url: string, more: object = {}) => ({
  ...WorkersConfig.parse({ ...BASE, ...more }),
  joins: { url },
});
const stackOf = (url: string, more: object = {}) =>
  program({ name: 'north', config: configOf(url, more), images: { platform: image, vault: image } });

it.skipIf(lacks('cluster'))(
  'is made, entered at its installation, changed there, and gone from both',
  async () => {
    const [home, plane] = await Promise.all([installation(), startControlPlane()]);
    const { cluster } = plane;
    const kinds = {
      'cove:workers:WorkerStack': workerStack,
      // The image is another test's matter.
      'cove:image:RegistryImage': {
        ...registryImage,
        look: async () => [],
        delete: async () => {},
        create: async ({ repository }: { repository: string }) => {
          const reference = `${repository}@${digest}`;
          return { id: reference, outputs: { reference } };
        },
      },
    };
    const provider = await serveProvider({ kinds, version: '0.1.0', looks: true });
    const options = { name: 'north', providers: { cove: provider.port }, bridge: new Bridge(cluster) };
    try {
      await withFakeCloud(options, async (stack) => {
        vi.stubEnv('COVE_TOKEN', TOKEN);
        await stack.up(stackOf(home.url));
        expect(await stack.outputs()).toMatchObject({
          installation: 'north',
          publicUrl: home.url,
          workers: { target: 'kubernetes', region: 'test', scalerGroup: 'scaler' },
        });
        const config = configOf(home.url);
        expect((await judgedAs({ name: 'north', config }, stack)).violations).toEqual([]);

        // Home knows the environments and the hash of the token, which a Secret of the scaler's namespace alone has.
        const secret = await cluster.ask('/api/v1/namespaces/cove-north/secrets/scaler-token');
        const token = Buffer.from(secret.data.value, 'base64').toString();
        const group = { kind: 'kubernetes', namespace: 'cove-north-jobs', group: 'worker-far', ceiling: 4 };
        expect(home.stacks.get('north')).toMatchObject({
          proof: { kind: 'kubernetes', audience: home.url, namespace: 'cove-north-jobs' },
          token_sha256: createHash('sha256').update(token).digest('hex'),
          environments: [{ slug: 'far', executor: 'kubernetes', machines: { group, ceiling: 4 } }],
        });
        const jobs = '/api/v1/namespaces/cove-north-jobs';
        expect((await cluster.ask(`${jobs}/secrets`)).items).toEqual([]);
        const { data } = await cluster.ask(`${jobs}/configmaps/worker-far`);
        const worker = WorkerSettings.parse(JSON.parse(data['settings.json']));
        expect(worker).toMatchObject({ stack: 'north', apiUrl: home.url, relay: true });

        const settings = await cluster.ask('/api/v1/namespaces/cove-north/configmaps/scaler-settings');
        const told = ScalerSettings.parse(JSON.parse(settings.data['settings.json']));
        expect(told).toMatchObject({ role: 'scaler', name: 'north', apiUrl: home.url, groups: [group] });
        expect(JSON.stringify(settings)).not.toContain(token);

        // Nothing of an installation is there, and nobody comes in.
        for (const type of ['apps/v1:StatefulSet', 'core/v1:Service', 'core/v1:PersistentVolumeClaim'])
          expect(stack.cloud.all(`kubernetes:${type}`)).toEqual([]);
        const policies = stack.cloud.all('kubernetes:networking.k8s.io/v1:NetworkPolicy');
        expect(policies.filter(({ inputs }) => (inputs.spec as { ingress?: object }).ingress)).toEqual([]);

        expect((await stack.preview(stackOf(home.url))).changes).toEqual([]);
        const lower = stackOf(home.url, { environments: [{ ...BASE.environments[0], ceiling: 2 }] });
        // The scaler's pod is made anew by its settings' digest.
        expect((await stack.up(lower)).changes.sort()).toEqual([
          'update cove:workers:WorkerStack stack',
          'update kubernetes:apps/v1:Deployment scaler',
          'update kubernetes:core/v1:ConfigMap scaler-settings',
          'update kubernetes:core/v1:ResourceQuota jobs',
        ]);
        expect(home.stacks.get('north')).toMatchObject({ environments: [{ machines: { ceiling: 2 } }] });

        expect((await stack.destroy()).changes).toContain('delete cove:workers:WorkerStack stack');
        expect(home.stacks.size).toBe(0);
        expect(stack.cloud.all()).toEqual([]);
      });
    } finally {
      await provider.close();
      await home.close();
      await plane.close();
    }
  },
  600_000,
);
