/** What uploads and downloads share. */
import type { FileHandle } from 'node:fs/promises';
import { type Download, type Http, HttpError, isPassing } from '../http.ts';
import { Budget } from './budget.ts';
import type { Checksums } from './checksums.ts';

/** For all transfers of a worker; more would only fill the machine of the job. */
export const transferMemory = new Budget(96 * 1024 * 1024);

/** A refused signature may just be too old (403; Google says 400): the next try asks for a new one. */
const isRefused = (error: unknown) => error instanceof HttpError && [400, 403].includes(error.status);
export const worthAnother = (error: unknown): boolean => isPassing(error) || isRefused(error);

/** Where a download comes from; asked for anew after a refusal, where that is possible. */
export class Address {
  #url: string;
  #refused: string | undefined;
  readonly #renew: (() => Promise<string>) | undefined;
  readonly #ofUser: boolean;

  /** `ofUser`: as somebody wrote it, not one that the API has signed. */
  constructor(url: string, renew?: () => Promise<string>, ofUser = false) {
    this.#url = url;
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

  async use<T>(work: (url: string) => Promise<T>): Promise<T> {
    if (this.#refused === this.#url && this.#renew !== undefined) this.#url = await this.#renew();
    const url = this.#url;
    try {
      return await work(url);
    } catch (error) {
      if (isRefused(error)) this.#refused = url;
      throw error;
    }
  }

  /** Whether another try can help. */
  worthAnother(error: unknown): boolean {
    return isPassing(error) || (this.#renew !== undefined && isRefused(error));
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
  onBytes(bytes: number): void;
}
export type Fetched = Checksums & { size: number; etag: string | null };

/** Only a strong one names bytes; a weak one (`W/…`) names a meaning. */
export const etagOf = ({ headers }: Download): string | null =>
  typeof headers.etag === 'string' && !headers.etag.startsWith('W/') ? headers.etag : null;

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
