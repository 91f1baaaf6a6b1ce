/** A worker stack on the real engine: the cloud is a fake, our own provider is real, and so is the HTTP that it speaks. */
import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import type { ScalerSettings } from '../../../app/settings.ts';
import { WorkersConfig } from '../../../config/schema.ts';
import { program } from '../../../stacks/index.ts';
import { type FakeStack, withFakeCloud } from '../../fakes/cloud/with.ts';
import { installation, TOKEN } from '../../support/joined-installation.ts';
import { serveWorkerStacks } from '../../support/worker-stack-provider.ts';

/** `npm run test:engine -- --all`: the steps between its beginning and its end, too. */
const all = process.env.COVE_TEST_ALL === 'true';
afterEach(() => vi.unstubAllEnvs());

const digest = `sha256:${'a'.repeat(64)}`;
const image = { digest, source: { kind: 'archive' as const, path: '/nowhere/image.tar' } };

const BASE = {
  target: 'aws',
  joins: { url: 'https://cove.example.org' },
  accountId: '123456789012',
  region: 'eu-north-1',
  profile: 'dev',
  environments: [{ slug: 'gpu-north', name: 'One L4', machineType: 'g6.xlarge', spot: true, ceiling: 4 }],
};
const stackOf = (url: string, more: object = {}) => {
  const config = { ...WorkersConfig.parse({ ...BASE, ...more }), joins: { url } };
  const images = { platform: image, vault: image };
  return program({ name: 'north', config, images, purge: ['secrets'] });
};

/** No change; a ceiling is the config's; an entry that somebody removed comes back. */
async function changes(stack: FakeStack, home: Awaited<ReturnType<typeof installation>>) {
  expect((await stack.preview(stackOf(home.url))).changes).toEqual([]);
  home.stacks.clear();
  const lower = stackOf(home.url, { environments: [{ ...BASE.environments[0], ceiling: 2 }] });
  const { changes: made } = await stack.up(lower);
  expect(made).toEqual([
    'update aws:autoscaling/group:Group worker-gpu-north',
    'update cove:workers:WorkerStack stack',
  ]);
  expect(home.stacks.get('north')).toMatchObject({ environments: [{ machines: { ceiling: 2 } }] });
}

it('a worker stack is made, entered at its installation, changed there, and gone from both', async () => {
  const home = await installation();
  const provider = await serveWorkerStacks();
  try {
    await withFakeCloud({ name: 'north', providers: { cove: provider.port } }, async (stack) => {
      vi.stubEnv('COVE_TOKEN', TOKEN);
      await stack.up(stackOf(home.url));
      expect(await stack.outputs()).toMatchObject({
        installation: 'north',
        publicUrl: home.url,
        workers: { target: 'aws', workerGroups: [{ environment: 'gpu-north', ceiling: 4, gpus: 1 }] },
      });

      // Home knows the environments and the hash of the token, which the cloud's secret store alone has.
      const token = String(
        stack.cloud.one('aws:secretsmanager/secretVersion:SecretVersion').inputs.secretString,
      );
      const group = { kind: 'aws', region: 'eu-north-1', group: 'cove-north-worker-gpu-north' };
      expect(home.stacks.get('north')).toMatchObject({
        proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
        token_sha256: createHash('sha256').update(token).digest('hex'),
        environments: [{ slug: 'gpu-north', machines: { group, spot: true, ceiling: 4 } }],
      });

      // Nothing of an installation is there, nobody comes in, and no secret is in user data.
      for (const type of [
        'rds/instance:Instance',
        'elasticache/replicationGroup:ReplicationGroup',
        'lb/loadBalancer:LoadBalancer',
        's3/bucket:Bucket',
      ])
        expect(stack.cloud.all(`aws:${type}`)).toEqual([]);
      const rules = stack.cloud.all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule');
      expect(rules.filter(({ inputs }) => inputs.cidrIpv4 !== undefined)).toEqual([]);
      const documents = Object.fromEntries(
        stack.cloud
          .all('aws:ec2/launchTemplate:LaunchTemplate')
          .map(({ inputs }) => [inputs.name, Buffer.from(String(inputs.userData), 'base64').toString()]),
      );
      expect(Object.keys(documents).sort()).toEqual(['cove-north-scaler', 'cove-north-worker-gpu-north']);
      for (const text of Object.values(documents)) expect(text).not.toContain(token);
      const { write_files: files } = JSON.parse(
        documents['cove-north-scaler']!.replace('#cloud-config\n', ''),
      );
      const settings: ScalerSettings = JSON.parse(
        files.find(({ path }: { path: string }) => path === '/etc/cove/scaler.json').content,
      );
      expect(settings).toMatchObject({ role: 'scaler', name: 'north', apiUrl: home.url, groups: [group] });
      expect(documents['cove-north-worker-gpu-north']).toMatch(/\\"stack\\": \\"north\\"/);
      expect(documents['cove-north-worker-gpu-north']).toMatch(/relay\\\\?":true/);

      if (all) await changes(stack, home);

      expect((await stack.destroy()).changes).toContain('delete cove:workers:WorkerStack stack');
      expect(home.stacks.size).toBe(0);
      expect(stack.cloud.all()).toEqual([]);
    });
  } finally {
    await provider.close();
    await home.close();
  }
}, 600_000);
