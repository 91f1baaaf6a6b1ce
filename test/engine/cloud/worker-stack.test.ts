/** A worker stack on the real engine: the cloud is a fake, our own provider is real, and so is the HTTP that it speaks. */
import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import type { ScalerSettings } from '../../../app/settings.ts';
import { WorkersConfig } from '../../../config/schema.ts';
import { program } from '../../../stacks/index.ts';
import { type FakeStack, withFakeCloud } from '../../fakes/cloud/with.ts';
import { installation, TOKEN } from '../../support/joined-installation.ts';
import { serveWorkerStacks } from '../../support/worker-stack-provider.ts';
import { type StackTarget, stackTargets } from './worker-stacks.ts';

/** `npm run test:engine -- --all`: the steps between its beginning and its end, too. */
const all = process.env.COVE_TEST_ALL === 'true';
afterEach(() => vi.unstubAllEnvs());

const digest = `sha256:${'a'.repeat(64)}`;
const image = { digest, source: { kind: 'archive' as const, path: '/nowhere/image.tar' } };

const stackOf = (of: StackTarget, url: string, more: object = {}) => {
  const joins = { url: 'https://cove.example.org' };
  const config = { ...WorkersConfig.parse({ profile: 'dev', joins, ...of.config, ...more }), joins: { url } };
  const images = { platform: image, vault: image };
  return program({ name: 'north', config, images, purge: ['secrets', 'storage'] });
};

/** No change; a ceiling is the config's; an entry that somebody removed comes back. */
async function changes(of: StackTarget, stack: FakeStack, home: Awaited<ReturnType<typeof installation>>) {
  expect((await stack.preview(stackOf(of, home.url))).changes).toEqual([]);
  home.stacks.clear();
  const lower = stackOf(of, home.url, { environments: [{ ...of.config.environments[0], ceiling: 2 }] });
  const { changes: made } = await stack.up(lower);
  expect(made).toEqual([...of.ceiling, 'update cove:workers:WorkerStack stack'].sort());
  expect(home.stacks.get('north')).toMatchObject({ environments: [{ machines: { ceiling: 2 } }] });
}

it.each(stackTargets)(
  '$name: it is made, entered at its installation, changed there, and gone from both',
  async (of) => {
    const home = await installation();
    const provider = await serveWorkerStacks();
    const options = { ...of.cloud, name: 'north', providers: { cove: provider.port } };
    try {
      await withFakeCloud(options, async (stack) => {
        const { cloud } = stack;
        const before = new Set(cloud.all());
        vi.stubEnv('COVE_TOKEN', TOKEN);
        await stack.up(stackOf(of, home.url));
        expect(await stack.outputs()).toMatchObject({
          installation: 'north',
          publicUrl: home.url,
          workers: {
            target: of.name,
            workerGroups: [{ environment: 'gpu-north', ceiling: 4, gpus: of.gpus, group: of.group.group }],
          },
        });

        // Home knows the environments and the hash of the token, which the cloud's secret store alone has.
        const token = String(of.token(cloud));
        expect(home.stacks.get('north')).toMatchObject({
          proof: of.proof,
          token_sha256: createHash('sha256').update(token).digest('hex'),
          environments: [{ slug: 'gpu-north', machines: { group: of.group, spot: true, ceiling: 4 } }],
        });

        // Nothing of an installation is there, nobody comes in, and no secret is in user data.
        for (const type of of.absent) expect(cloud.all(type), type).toEqual([]);
        expect(of.entrances(cloud)).toEqual([]);
        const documents = of.documents(cloud);
        expect(documents).toHaveLength(2);
        expect(documents.join('\n')).not.toContain(token);
        const files = (text: string) => JSON.parse(text.replace('#cloud-config\n', '')).write_files;
        const [settings] = documents
          .flatMap(files)
          .filter(({ path }: { path: string }) => path === '/etc/cove/scaler.json')
          .map(({ content }: { content: string }): ScalerSettings => JSON.parse(content));
        expect(settings).toMatchObject({
          role: 'scaler',
          name: 'north',
          apiUrl: home.url,
          groups: [of.group],
        });
        const worker = documents.find((text) => text.includes('worker.template.json'));
        expect(worker).toMatch(/\\"stack\\": \\"north\\"/);
        expect(worker).toMatch(/relay\\\\?":true/);

        if (all) await changes(of, stack, home);

        expect((await stack.destroy()).changes).toContain('delete cove:workers:WorkerStack stack');
        expect(home.stacks.size).toBe(0);
        expect(cloud.all().filter((one) => !before.has(one))).toEqual([]);
      });
    } finally {
      await provider.close();
      await home.close();
    }
  },
  600_000,
);

const variants = stackTargets.flatMap((of) => [
  { of, name: of.name, what: 'an existing network', more: { ...of.existing, profile: 'prod' } },
  { of, name: of.name, what: 'private mode', more: { ...of.isPrivate, profile: 'prod' } },
]);
if (all)
  it.each(variants)(
    '$name, $what: it is made, and again without a change, and is gone',
    async ({ of, more }) => {
      await withFakeCloud({ ...of.cloud, ...regionOf(more), name: 'north' }, async (stack) => {
        const { cloud } = stack;
        of.prepare(cloud);
        const before = new Set(cloud.all());
        const program = stackOf(of, 'https://cove.example.org', more);
        await stack.up(program);
        expect((await stack.up(program)).changes).toEqual([]);
        expect(of.entrances(cloud)).toEqual([]);
        await stack.destroy();
        expect(cloud.all().filter((one) => !before.has(one))).toEqual([]);
      });
    },
    600_000,
  );
const regionOf = (more: object) => ('region' in more ? { region: String(more.region) } : {});
