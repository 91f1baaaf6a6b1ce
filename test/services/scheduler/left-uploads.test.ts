/** Parts of a file whose worker never returned, in stores of the user's own on real servers (fault 2). */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStore } from '../../../app/core/stores/create.ts';
import { CreateStore } from '../../../app/core/stores/fields.ts';
import { openStore } from '../../../app/core/stores/open.ts';
import { completeUpload, uploadParts } from '../../../app/core/workers/parted-uploads.ts';
import { uploads } from '../../../app/core/workers/uploads.ts';
import { leftUploadsAt } from '../../../app/scheduler/jobs/left-uploads.ts';
import { runExclusively } from '../../../app/scheduler/runner.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { makeWorld, startedRun, type World } from '../../support/runs.ts';
import { STORES, type TestStore } from '../../support/stores.ts';

const MIB = 1024 * 1024;
const HOUR_MS = 3600_000;
const SIZE = 20 * MIB;
let at: TestPlatform;
let world: World;
beforeAll(async () => {
  at = await testPlatform();
  const ada = await at.person('ada');
  world = await makeWorld(at, ada);
  await at.organization('acme', [[ada, 'admin']]);
});
afterAll(() => at?.close());

const rows = () => at.platform.db.selectFrom('parted_uploads').selectAll().execute();
const sweep = (hours: number) =>
  runExclusively(
    { platform: at.platform, actor: { kind: 'system', name: 'scheduler' } },
    leftUploadsAt(() => new Date(Date.now() + hours * HOUR_MS)),
  );

describe.each(['s3', 'gcs', 'azure'] as const)('in a store of kind %s', (kind) => {
  let server: TestStore;
  let storeId: string;
  beforeAll(async () => {
    server = await STORES[kind]();
    at.platform.trustedStoreHosts.push(new URL(server.base).host);
    const request = CreateStore.parse({ ...server.request, name: `store ${kind}`, owner: 'acme' });
    storeId = (await createStore(world.owner.context, request)).id;
  }, 240_000);
  afterAll(() => server?.stop());

  /** A job that has sent the first of two parts. */
  async function halfSent() {
    const { execution_id: executionId, token } = await startedRun(world);
    await at.platform.db
      .updateTable('executions')
      .set({ upload_store_id: storeId })
      .where('id', '=', executionId)
      .execute();
    const run = { executionId, token };
    const file = { kind: 'output' as const, name: 'large.bin', size: SIZE, parts: true };
    const { uploads: begun } = await uploads(world.worker, { ...run, files: [file] });
    const { storage_key, parts } = begun[0]!;
    const about = { ...run, storage_key, name: file.name, size: SIZE, upload: parts!.upload };
    const send = async (number: number, body: Uint8Array<ArrayBuffer>) => {
      const { parts } = await uploadParts(world.worker, { ...about, numbers: [number] });
      const { url, headers } = parts[0]!;
      const answer = await fetch(new URL(url, server.base), { method: 'PUT', headers, body });
      expect(answer.status).toBeLessThan(300);
    };
    await send(1, new Uint8Array(16 * MIB));
    const { parts: there } = await openStore(at, storeId);
    const list = () => there.list(storage_key, about.upload);
    return { about, send, list };
  }
  const end = (executionId: string) =>
    sql`UPDATE attempts SET ended_at = now() WHERE execution_id = ${executionId}`.execute(at.platform.db);

  test('they go half a day after the attempt ended, and not before; those of a living one stay and become a file', async () => {
    const [left, living] = [await halfSent(), await halfSent()];
    await end(left.about.executionId);
    await sweep(11);
    expect(await left.list()).toHaveLength(1);
    await sweep(13);
    await expect(left.list()).rejects.toMatchObject({ code: 'not_found' });
    expect(await living.list()).toHaveLength(1);
    await living.send(2, new Uint8Array(4 * MIB));
    expect(await completeUpload(world.worker, living.about)).toEqual({ missing: [] });
    expect(await (await openStore(at, storeId)).head(living.about.storage_key)).toMatchObject({ size: SIZE });
    expect(await rows()).toEqual([]);
  });

  test('a store that nobody opens any more is tried for a week', async () => {
    const left = await halfSent();
    await end(left.about.executionId);
    const key = left.about.storage_key;
    await at.platform.db
      .updateTable('stores')
      .set({ deleted_at: new Date() })
      .where('id', '=', storeId)
      .execute();
    await sweep(24);
    expect(await rows()).toMatchObject([{ storage_key: key }]);
    await sweep(24 * 8);
    expect(await rows()).toEqual([]);
  });
});
