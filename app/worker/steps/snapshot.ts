/** The commit's files: fetched, checked, unpacked. */
import { createHash, type Hash } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { JobSpec } from '../../protocol/worker.ts';
import { JobFailure } from '../executors/executor.ts';
import type { Http } from '../http.ts';
import { retry } from '../retry.ts';
import { Address } from './transfer.ts';
import { type Unpacked, UnsafeArchive, unpackTar } from './unpack.ts';

const TRIES = 6;
/** The bytes were not those that were stored: worth another try, a proxy or a line may have torn them. */
class Damaged extends Error {}

/** Puts the snapshot's files into an empty folder. `renew`: gives another address, where this one is refused. */
export async function fetchSnapshot(
  http: Http,
  snapshot: NonNullable<JobSpec['snapshot']>,
  folder: string,
  signal: AbortSignal,
  renew?: () => Promise<string>,
): Promise<Unpacked> {
  const address = new Address(snapshot.url, renew);
  let touched = false;
  const attempt = async () => {
    if (touched) await empty(folder);
    touched = true;
    const { body } = await address.get(http, {}, signal);
    const hash = createHash('sha256');
    const tar = createGunzip();
    const [fed, unpacked] = await Promise.allSettled([
      pipeline(body, (source: AsyncIterable<Buffer>) => hashing(source, hash), tar, { signal }),
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
  }
}

const isDamage = (error: unknown) =>
  /^Z_|^ERR_STREAM_PREMATURE/.test((error as { code?: string }).code ?? '') ||
  /tar header|Unexpected end of data/.test((error as Error).message);

async function* hashing(source: AsyncIterable<Buffer>, hash: Hash): AsyncIterable<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await chmod(folder, 0o777);
}
