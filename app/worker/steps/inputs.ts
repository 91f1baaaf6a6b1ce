/** Fetches a job's inputs, several at a time, and tells what arrived. */
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inputNames } from '../../protocol/input-names.ts';
import type { JobSpec } from '../../protocol/worker.ts';
import { JobFailure } from '../executors/executor.ts';
import { type Http, withoutSecrets } from '../http.ts';
import { Pace, type Teller, tellOften, transferred } from '../progress.ts';
import { retry } from '../retry.ts';
import { Budget } from './budget.ts';
import { type Checksums, mismatch, size } from './checksums.ts';
import { download, type Progress, SMALL_BYTES } from './download.ts';
import { inParallel } from './in-parallel.ts';
import { type CacheEntry, cacheKey, type InputCache } from './input-cache.ts';
import { Address, type Transfer } from './transfer.ts';

/** Small files wait for answers, not for bytes. */
const AT_ONCE = 24;
/** Of those that may be large, each of which has a thread and several requests of its own. */
const LARGE_AT_ONCE = 6;
const TRIES = 6;
/** Wrong bytes seldom become right ones. */
const DAMAGED_TRIES = 2;

type File = JobSpec['inputs'][number]['files'][number];
export interface FetchedFile {
  input: string;
  name: string;
  /** Below the inputs' folder. */
  place: string;
  file: File;
  /** Null: not known, for it was not fetched yet. */
  size: number | null;
  checksums: File['checksums'];
}
export interface FetchContext extends Teller {
  http: Http;
  /** Null: the job asked for fresh files (`VH_NO_DATA_CACHE`). */
  cache: InputCache | null;
  folder: string;
  signal: AbortSignal;
  /** Another address of a file whose address, signed by the API, was refused. */
  renew?(file: File): Promise<string>;
}
/** The bytes were not the expected ones. */
class Damaged extends Error {}

/** Fetches all but what the job fetches on demand; gives the files in the order of the inputs. */
export async function fetchInputs(inputs: JobSpec['inputs'], context: FetchContext): Promise<FetchedFile[]> {
  const progress = trackProgress();
  const planned = inputs.flatMap((input) =>
    inputNames(input).map((name, i) => {
      const file = input.files[i] as File;
      const tracked = input.download === 'on-demand' ? null : progress.file(file.size);
      return { input: input.name, name, place: join(input.name, name), file, tracked };
    }),
  );
  await makeFolders(context.folder, [
    ...inputs.map(({ name }) => name),
    ...planned.map(({ place }) => dirname(place)),
  ]);
  const large = new Budget(LARGE_AT_ONCE);
  const stopTelling = progress.tell(context);
  try {
    return await inParallel(planned, AT_ONCE, async ({ tracked, ...one }) => {
      const { place, file } = one;
      if (tracked === null) return { ...one, size: file.size, checksums: file.checksums };
      const isSmall = file.size !== null && file.size <= SMALL_BYTES;
      const leave = isSmall ? () => {} : await large.take(1);
      const found = await fetchOne(file, join(context.folder, place), { ...context, ...tracked }).finally(
        leave,
      );
      const from = found.cached ? ', from the cache' : '';
      const sums = `md5 ${found.md5}, sha1 ${found.sha1}, sha256 ${found.sha256}`;
      context.status(`Input ${place}: ${size(found.size)}${from}, ${sums}`);
      tracked.done(found.size);
      return { ...one, size: found.size, checksums: found };
    });
  } finally {
    stopTelling();
  }
}

/** What the files that are fetched at once will take, as far as it is known beforehand. */
export const knownBytes = (inputs: JobSpec['inputs']): number =>
  inputs
    .filter(({ download }) => download !== 'on-demand')
    .flatMap(({ files }) => files)
    .reduce((sum, file) => sum + (file.size ?? 0), 0);

/** The job may write beside its inputs, whoever it runs as: its library puts there what it fetches on demand. */
async function makeFolders(top: string, places: readonly string[]): Promise<void> {
  for (const place of new Set(places)) {
    await mkdir(join(top, place), { recursive: true });
    for (let path = place; path !== '.'; path = dirname(path)) await chmod(join(top, path), 0o777);
  }
}

type Found = Checksums & { size: number; cached: boolean };

async function fetchOne(
  file: File,
  target: string,
  context: FetchContext & Pick<Transfer, 'onBytes' | 'onSize'>,
): Promise<Found> {
  const { http, cache, signal, onBytes, onSize } = context;
  const key = cache === null ? '' : cacheKey(file);
  let known = (await cache?.find(key)) ?? null;
  const ofUser = file.url === file.uri;
  const renew = !ofUser && context.renew ? () => context.renew?.(file) as Promise<string> : undefined;
  const address = new Address(file.url, renew, ofUser);
  const left: { progress?: Progress } = {};
  const attempt = async (): Promise<Found> => {
    if (known !== null && file.checksums.sha256 !== null) {
      const copied = await fromCache(cache, key, known, target).catch(notThere);
      if (copied !== null) return copied;
      known = null; // it went to make room
    }
    const wanted = { address, size: file.size, headers: conditions(known) };
    const found = await download({ http, signal, onBytes, onSize }, wanted, target, left);
    if (found === null && known !== null) return fromCache(cache, key, known, target);
    if (found === null) throw new Damaged('nothing arrived');
    if (file.size !== null && found.size !== file.size)
      throw new Damaged(`${found.size} bytes arrived, not ${file.size}`);
    const problem = mismatch(file.checksums, found);
    if (problem !== null) throw new Damaged(problem);
    if (file.checksums.sha256 !== null || found.etag !== null) {
      await cache?.add(key, target, found, found.etag).catch(() => {}); // a full disk must not cost the job its input
    }
    return { ...found, cached: false };
  };
  try {
    let damaged = 0;
    const again = (error: unknown) =>
      error instanceof Damaged ? ++damaged < DAMAGED_TRIES : address.worthAnother(error);
    return await retry(attempt, { signal, tries: TRIES, again });
  } catch (error) {
    signal.throwIfAborted();
    const fault = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'platform' : 'job';
    throw new JobFailure(fault, `Input ${shown(file.uri)} could not be fetched: ${(error as Error).message}`);
  }
}

function notThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

const shown = (uri: string) => (/^https?:/.test(uri) ? withoutSecrets(uri) : uri);
const conditions = (known: CacheEntry | null): Record<string, string> =>
  known?.etag ? { 'if-none-match': known.etag } : {};

async function fromCache(
  cache: InputCache | null,
  key: string,
  entry: CacheEntry,
  target: string,
): Promise<Found> {
  await cache?.copyTo(key, target);
  const { size, md5, sha1, sha256 } = entry;
  return { size, md5, sha1, sha256, cached: true };
}

/** Of all files together; their bytes are known once each has told its size. */
function trackProgress() {
  const sizes: (number | null)[] = [];
  const arrived: number[] = [];
  let filesDone = 0;
  const pace = new Pace();
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const look = () => {
    // What was torn comes again, and counts once.
    const bytes = sum(arrived.map((one, at) => Math.min(one, sizes[at] ?? one)));
    const total = sizes.includes(null) ? undefined : sum(sizes as number[]);
    const { message, numbers } = transferred(bytes, total, pace.look(bytes));
    return {
      message: `Downloading inputs: ${filesDone} of ${sizes.length} files, ${message}`,
      numbers: { files_done: filesDone, files_total: sizes.length, ...numbers },
    };
  };
  return {
    /** One more. `size`: as far as it is known beforehand. */
    file(size: number | null) {
      const at = sizes.push(size) - 1;
      arrived.push(0);
      return {
        onBytes: (bytes: number) => {
          arrived[at] = (arrived[at] ?? 0) + bytes;
        },
        onSize: (bytes: number) => {
          sizes[at] = bytes;
        },
        done: (bytes: number) => {
          sizes[at] = arrived[at] = bytes;
          filesDone++;
        },
      };
    },
    /** Gives what ends it. */
    tell: (teller: Teller) => (sizes.length === 0 ? () => {} : tellOften(teller, look)),
  };
}
