import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DockerEngine } from '../../../../app/platform/docker.ts';
import { ImageCache } from '../../../../app/worker/executors/image-cache.ts';
import { docker, dockerSocket, PYTHON_IMAGE } from '../../../support/docker.ts';

test('what a worker pulled may go, also after its restart; what runs and what others brought stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove-images-'));
  const [free, busy] = [1, 2].map((n) => `cove-test/dropped-${process.pid}:${n}`) as [string, string];
  for (const name of [free, busy]) {
    const maker = await docker('create', '--label', `is=${name}`, PYTHON_IMAGE, 'true');
    await docker('commit', '--change', `LABEL is=${name}`, maker, name);
    await docker('rm', maker);
  }
  const container = await docker('create', busy, 'true');
  onTestFinished(async () => {
    await docker('rm', '--force', container);
    await docker('rmi', '--force', free, busy).catch(() => {});
    await rm(folder, { recursive: true });
  });
  const engine = new DockerEngine(dockerSocket);
  const file = join(folder, 'images.json');
  const first = new ImageCache(engine, file);
  await first.used(PYTHON_IMAGE, false);
  await first.used(free, true);
  await first.used(busy, true);

  const again = new ImageCache(engine, file);
  const kept = await again.list();
  expect(kept.map(({ id }) => id)).toEqual([`image ${free}`, `image ${busy}`]);
  expect(kept[0]?.size).toBeGreaterThan(1_000_000);
  await kept[0]?.drop();
  await expect(kept[1]?.drop()).rejects.toMatchObject({ status: 409 });
  expect((await again.list()).map(({ id }) => id)).toEqual([`image ${busy}`]);
  expect(await engine.imageSize(free)).toBeNull();
  expect(await engine.imageSize(PYTHON_IMAGE)).not.toBeNull();
  expect(await new ImageCache(engine, file).list()).toHaveLength(1);
});
