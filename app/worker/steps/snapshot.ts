/** The commit's files: fetched, checked, unpacked. */
import { createHash, type Hash } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { JobSpec } from '../../protocol/worker.ts';
import { JobFailure } from '../executors/executor.ts';
import type { Http } from '../http.ts';
import { Pace, type Teller, tellOften, transferred } from '../progress.ts';
import { retry } from '../retry.ts';
import { Address } from './transfer.ts';
import { type Unpacked, UnsafeArchive, unpackTar } from './unpack.ts';

const TRIES = 6;
/** The bytes were not those that were stored: worth another try, a proxy or a line may have torn them. */
class Damaged extends Error {}

export interface SnapshotContext extends Teller {
  http: Http;
  /** Empty. */
  folder: string;
  signal: AbortSignal;
  /** Gives another address, where this one is refused. */
  renew?: () => Promise<string>;
}

/** Puts the snapshot's files into the folder. */
export async function fetchSnapshot(
  snapshot: NonNullable<JobSpec['snapshot']>,
  { http, folder, signal, renew, ...teller }: SnapshotContext,
): Promise<Unpacked> {
  const address = new Address(snapshot.url, renew);
  let touched = false;
  let arrived = 0;
  const pace = new Pace();
  const stopTelling = tellOften(teller, () => {
    const { message, numbers } = transferred(arrived, snapshot.size, pace.look(arrived));
    return { message: `Downloading the commit's files: ${message}`, numbers };
  });
  const attempt = async () => {
    if (touched) await empty(folder);
    touched = true;
    arrived = 0;
    const { body } = await address.get(http, {}, signal);
    const hash = createHash('sha256');
    const tar = createGunzip();
    const add = (bytes: number) => {
      arrived += bytes;
    };
    const [fed, unpacked] = await Promise.allSettled([
      pipeline(body, (source: AsyncIterable<Buffer>) => hashing(source, hash, add), tar, { signal }),
      unpackTar(tar, folder, signal),
    ]);
    for (const step of [unpacked, fed]) {
      if (step.status === 'fulfilled') continue;
      throw isDamage(step.reason) ? new Damaged((step.reason as Error).message) : step.reason;
    }
    const found = hash.digest('hex');
    if (snapshot.sha256 !== '' && found !== snapshot.sha256) {
      throw new Damaged(`its SHA-256 is ${found}, not ${snapshot.sha256}`);
    }
    return (unpacked as PromiseFulfilledResult<Unpacked>).value;
  };
  try {
    return await retry(attempt, {
      signal,
      tries: TRIES,
      again: (error) => error instanceof Damaged || address.worthAnother(error),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnsafeArchive)
      throw new JobFailure('job', `The commit's files could not be unpacked: ${error.message}`);
    throw new JobFailure('platform', `The commit's files could not be fetched: ${(error as Error).message}`);
  } finally {
    stopTelling();
  }
}

const isDamage = (error: unknown) =>
  /^Z_|^ERR_STREAM_PREMATURE/.test((error as { code?: string }).code ?? '') ||
  /tar header|Unexpected end of data/.test((error as Error).message);

async function* hashing(
  source: AsyncIterable<Buffer>,
  hash: Hash,
  onBytes: (bytes: number) => void,
): AsyncIterable<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    onBytes(chunk.length);
    yield chunk;
  }
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await chmod(folder, 0o777);
}
