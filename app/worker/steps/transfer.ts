/** What uploads and downloads share. */
import type { FileHandle } from 'node:fs/promises';
import type { Answer } from '../exchange.ts';
import { type Download, type Http, HttpError, isPassing } from '../http.ts';
import { Budget } from './budget.ts';
import type { Checksums } from './checksums.ts';

/** For all transfers of a worker; more would only fill the machine of the job. */
export const transferMemory = new Budget(96 * 1024 * 1024);

/** Of pieces before, within what the budget has left: the machine fills new memory with zeros first. */
const kept: Buffer[] = [];
const keepWithin = (bytes: number) => {
  while (kept.reduce((sum, { length }) => sum + length, 0) > bytes) kept.shift();
};

/** Room for a piece, which threads read too without a copy, once the budget has it. `release` may be called twice. */
export async function takePiece(bytes: number): Promise<{ data: Buffer; release: () => void }> {
  const giveBack = await transferMemory.take(bytes);
  const at = kept.findIndex(({ length }) => length === bytes);
  const [known] = at < 0 ? [] : kept.splice(at, 1);
  keepWithin(transferMemory.left);
  let held: Buffer | null = known ?? Buffer.from(new SharedArrayBuffer(bytes));
  const data = held;
  const release = () => {
    if (held !== null) kept.push(held);
    held = null;
    giveBack();
    keepWithin(transferMemory.isFree ? 0 : transferMemory.left);
  };
  return { data, release };
}

/** A refused signature may just be too old (403; Google, and AWS of credentials that ended, say 400). */
const isRefused = (error: unknown) => error instanceof HttpError && [400, 403].includes(error.status);
/** What S3 and Azure say with 400 of bytes that were hurt or held up on their way. */
const ON_THE_WAY = /<Code>(BadDigest|Md5Mismatch|IncompleteBody|RequestTimeout)</;
/** So many addresses in a row are tried: what two fresh ones are refused for is not their age. */
const REFUSALS = 3;
const passes = (error: unknown) =>
  isPassing(error) || (error instanceof HttpError && error.status === 400 && ON_THE_WAY.test(error.body));

/** For what has another address with each try: whether another try can help. */
export function freshEachTry(): (error: unknown) => boolean {
  let refusals = 0;
  return (error) => passes(error) || (isRefused(error) && ++refusals < REFUSALS);
}

/** Where a download comes from; asked for anew after a refusal, where that is possible. */
export class Address {
  #at: { url: string; refused: boolean };
  #refusals = 0;
  #renewal: Promise<void> | undefined;
  readonly #renew: (() => Promise<string>) | undefined;
  readonly #ofUser: boolean;

  /** `ofUser`: as somebody wrote it, not one that the API has signed. */
  constructor(url: string, renew?: () => Promise<string>, ofUser = false) {
    this.#at = { url, refused: false };
    this.#renew = renew;
    this.#ofUser = ofUser;
  }

  /** Opens the download there. */
  get(
    http: Http,
    headers: Record<string, string>,
    signal: AbortSignal,
    accept?: number[],
  ): Promise<Download> {
    return this.use((url) =>
      this.#ofUser ? http.getForUser(url, headers, signal, accept) : http.get(url, headers, signal, accept),
    );
  }

  /** The whole answer, of which there may be no more than `most` bytes. */
  take(
    http: Http,
    most: number,
    about: { headers: Record<string, string>; accept: number[] },
    signal: AbortSignal,
  ): Promise<Answer> {
    return this.use((url) => http.take(url, { ...about, forUser: this.#ofUser }, most, signal));
  }

  async use<T>(work: (url: string) => Promise<T>): Promise<T> {
    if (this.#at.refused) await this.#fresh();
    const at = this.#at;
    try {
      const done = await work(at.url);
      this.#refusals = 0;
      return done;
    } catch (error) {
      if (isRefused(error) && !at.refused) {
        at.refused = true;
        this.#refusals++;
      }
      throw error;
    }
  }

  /** Whether another try can help. */
  worthAnother(error: unknown): boolean {
    const mayBeOld = this.#renew !== undefined && this.#refusals < REFUSALS;
    return passes(error) || (mayBeOld && isRefused(error));
  }

  /** One for all pieces of a file that wait for it. */
  async #fresh(): Promise<void> {
    const renew = this.#renew;
    if (renew === undefined) return;
    this.#renewal ??= renew()
      .then((url) => {
        this.#at = { url, refused: false };
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    await this.#renewal;
  }
}

export interface Wanted {
  address: Address;
  /** Null: not known before. */
  size: number | null;
  headers: Record<string, string>;
}
export interface Transfer {
  http: Http;
  signal: AbortSignal;
  /** So many more are there; less than none where some were for nothing. */
  onBytes(bytes: number): void;
  /** How many there will be, where nobody knew before. */
  onSize?(bytes: number): void;
}
export type Fetched = Checksums & { size: number; etag: string | null };

/** Only a strong one names bytes; a weak one (`W/…`) names a meaning. */
export const etagOf = ({ headers }: Pick<Download, 'headers'>): string | null =>
  typeof headers.etag === 'string' && !headers.etag.startsWith('W/') ? headers.etag : null;

/** Takes no more of it; the stream calls that an error, which nobody else would hear. */
export const leave = ({ body }: Download): void => void body.on('error', () => {}).destroy();

/** First byte of a 206. */
export function startsAt({ headers }: Download): number | null {
  const match = /^bytes (\d+)-/.exec(String(headers['content-range'] ?? ''));
  return match ? Number(match[1]) : null;
}

/** The other side closed before all had come. */
export const cutShort = (arrived: number, expected: number): Error =>
  Object.assign(new Error(`${arrived} of ${expected} bytes arrived`), { code: 'ECONNRESET' });

export async function writeFull(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; )
    done += (await file.write(data, done, data.length - done, position + done)).bytesWritten;
}

/** The file was written to while it was read: what arrived is no state that it ever had. */
export class Changed extends Error {
  constructor() {
    super('it changed while it was uploaded');
    this.name = 'Changed';
  }
}

/** Fills the buffer from a place in the file. Throws `Changed` where the file ends before. */
export async function readFull(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Changed();
    done += bytesRead;
  }
}

/** Lets steps begin one after the other, in the order of the calls, while what follows each goes on beside. */
export function inTurn(): <T>(step: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const turn = last.then(step);
    last = turn;
    turn.catch(() => {}); // told to whoever asked
    return turn;
  };
}
