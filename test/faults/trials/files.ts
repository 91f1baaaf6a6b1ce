/** Outputs under way when something is killed; the object store is a real S3 server, which the worker reaches by itself. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Breakable } from '../../support/breakable.ts';
import { judgeAll, judgeLane, merge, type Verdict, verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { S3_LOGIN } from '../../support/stores.ts';
import { watch } from '../../support/viewer.ts';
import { seenBy } from './outages.ts';
import { counting, some, type Trial } from './trial.ts';

const MIB = 1024 * 1024;

function bucketOf({ s3 }: Breakable) {
  const client = new S3Client({
    endpoint: s3!.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: S3_LOGIN,
  });
  return {
    uploads: async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: 'data' }))).Uploads ?? [],
    objects: async (id: string) =>
      ((await client.send(new ListObjectsV2Command({ Bucket: 'data' }))).Contents ?? []).filter(({ Key }) =>
        Key?.includes(`/${id}/`),
      ),
    close: () => client.destroy(),
  };
}

/** Every output that is shown is whole, and nothing in the bucket is an output that is not shown. */
async function wholeOutputs(at: Breakable, id: string, size: number, sha256: string): Promise<Verdict> {
  const found = verdict();
  const { outputs } = await at.api.ok('GET', `/executions/${id}/`);
  for (const { id: datum, name } of outputs as { id: string; name: string }[]) {
    const bytes = await at.api.download(datum);
    const sum = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length !== size || sum !== sha256)
      found.wrong.push(`${id}: ${name} is not whole: ${bytes.length} bytes`);
  }
  return found;
}

const SIZE = 96 * MIB;
const ZEROS = createHash('sha256').update(Buffer.alloc(SIZE)).digest('hex');

export const killedWhileUploading: Trial = {
  number: 2,
  title:
    'kill -9 of the worker while it uploads: no half file is to be seen, what it left is brought home whole',
  store: 's3',
  async play(at, lane) {
    const [worker] = lane.workers;
    const bucket = bucketOf(at);
    try {
      await worker!.start();
      const id = await lane.submit(`head -c ${SIZE} /dev/zero > $VH_OUTPUTS_DIR/large.bin; echo line 1`);
      const isStored = async () => (await bucket.objects(id)).some(({ Size }) => Size === SIZE);
      const hasBegun = async () => (await bucket.uploads()).length > 0 || isStored();
      await until('an upload is under way', hasBegun, 30);
      await sleep(some(0, 150));
      await worker!.end('SIGKILL');
      const found = await wholeOutputs(at, id, SIZE, ZEROS);
      for (const { Key, Size } of await bucket.objects(id))
        if (Size !== SIZE && !Key?.endsWith('.gz')) found.wrong.push(`half a file is in the bucket: ${Key}`);
      // Within the lease: it brings home what it left.
      await worker!.start();
      const over = await judgeAll(at, [id], { status: ['crashed', 'complete'] }, 60);
      const { outputs, status_detail } = await at.api.ok('GET', `/executions/${id}/`);
      // On a machine so slow that its lease ended first, nobody asks it for them.
      if (outputs.length !== 1 && !/worker stopped answering/.test(status_detail))
        found.wrong.push(`${id} has ${outputs.length} outputs after the worker's return`);
      return merge([found, over, await wholeOutputs(at, id, SIZE, ZEROS), await judgeLane(lane)]);
    } finally {
      bucket.close();
    }
  },
};

const VIEWERS = 200;
const UPLOADS = 50;

export const apiKilledUnderManyViewers: Trial = {
  number: 5,
  title: `kill -9 of the API under ${VIEWERS} viewers and ${UPLOADS} uploads: each sees each line once, all files arrive`,
  alone: true,
  store: 's3',
  async play(at, lane) {
    const [worker] = lane.workers;
    await worker!.start();
    const files = `for n in $(seq ${UPLOADS}); do head -c ${MIB} /dev/zero > $VH_OUTPUTS_DIR/$n.bin; done`;
    const id = await lane.submit(`${counting(40)}; ${files}`);
    await at.api.until(id, ({ status }) => status === 'started');
    const viewers = Array.from({ length: VIEWERS }, () => watch(at.api, id));
    const watching = () => viewers.every(({ seen }) => seen.some(({ message }) => message === 'line 5'));
    await until('all see the log', watching, 30);
    await at.parts.api.end('SIGKILL');
    await at.parts.api.start();
    // A second time, among the uploads.
    const begun = async () => (await at.api.ok('GET', `/executions/${id}/`)).outputs.length > 0;
    const reached = await until('the first output', begun, 60).catch(() => null);
    await at.parts.api.end('SIGKILL');
    await at.parts.api.start();
    const found = await judgeAll(at, [id], { lines: 40 }, 90);
    if (reached === null) found.wrong.push(`${id}: no output came`);
    await Promise.race([Promise.all(viewers.map(({ done }) => done)), sleep(20_000)]);
    for (const viewer of viewers) viewer.close();
    const { outputs } = await at.api.ok('GET', `/executions/${id}/`);
    const names = new Set(outputs.map(({ name }: { name: string }) => name));
    if (outputs.length !== UPLOADS || names.size !== UPLOADS)
      found.wrong.push(`${id}: ${outputs.length} outputs, ${names.size} names, of ${UPLOADS}`);
    if (viewers.some(({ breaks }) => breaks === 0)) found.wrong.push('a line of a viewer did not break');
    return merge([found, seenBy(viewers, 40), await judgeLane(lane)]);
  },
};
