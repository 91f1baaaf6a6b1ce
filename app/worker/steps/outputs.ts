/** Everything a job leaves in its outputs folder becomes datums; read-only files do so while it runs (contract 3.4). */
import { unlink } from 'node:fs/promises';
import type { OutputFile, RunApi, Upload } from '../api.ts';
import { Fenced } from '../api.ts';
import { pauseFor } from '../retry.ts';
import { size } from './checksums.ts';
import { inParallel } from './in-parallel.ts';
import { type FoundFile, walkOutputs } from './output-files.ts';
import { JSONL, metadataFor, ownerOf, readJsonl } from './sidecars.ts';
import { uploadFile } from './upload.ts';

/** Files whose addresses are asked for, and that are reported, with one request. */
const BATCH = 500;
/** Small files wait for answers, not for bytes; what large ones hold in memory has a limit of its own. */
const AT_ONCE = 24;
const LOOK_MS = 1_000;
const PROGRESS_MS = 5_000;
/** More files than this are summed up in the log, not listed. */
const LISTED = 100;
/** Of metadata; the API takes bodies of 10 MiB. */
const REPORT_BYTES = 4 * 1024 * 1024;
/** The API's own limit. */
const NAME_LENGTH = 1024;

interface Stored {
  found: FoundFile;
  output: OutputFile;
}

export class Outputs {
  readonly #api: RunApi;
  readonly #folder: string;
  readonly #status: (message: string) => void;
  readonly #signal: AbortSignal;
  readonly #redact: (text: string) => string;
  /** Names that are datums by now: their sidecars are none. */
  readonly #uploaded = new Set<string>();
  readonly #complaints = new Set<string>();
  #files = 0;
  #bytes = 0;

  /** `redact`: hides secrets in what is told of a file: its name and what its sidecars say. */
  constructor(options: {
    api: RunApi;
    folder: string;
    status(message: string): void;
    signal: AbortSignal;
    redact?(text: string): string;
  }) {
    this.#api = options.api;
    this.#folder = options.folder;
    this.#status = options.status;
    this.#signal = options.signal;
    this.#redact = options.redact ?? ((text) => text);
  }

  /** Until `over` is aborted: whatever was made read-only is uploaded and removed. */
  async uploadLive(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const began = performance.now();
      await this.#pass((found) => (found.stats.mode & 0o222) === 0, true).catch((error) => {
        if (error instanceof Fenced || this.#signal.aborted) throw error;
      });
      const took = performance.now() - began;
      await pauseFor(Math.max(LOOK_MS, 20 * took), over).catch(() => {});
    }
  }

  /** At the job's end. Gives what could not be stored, named. */
  async uploadRest(): Promise<string[]> {
    const timer = setInterval(
      () => this.#status(`Uploading outputs: ${this.#files} files, ${size(this.#bytes)} so far`),
      PROGRESS_MS,
    );
    try {
      const failures = await this.#pass(() => true, false);
      if (this.#files > LISTED) this.#status(`Uploaded ${this.#files} outputs, ${size(this.#bytes)}`);
      return failures;
    } finally {
      clearInterval(timer);
    }
  }

  async #pass(wanted: (found: FoundFile) => boolean, live: boolean): Promise<string[]> {
    const failures: string[] = [];
    let batch: FoundFile[] = [];
    let sending: Promise<Stored[]> = Promise.resolve([]);
    let reporting: Promise<void> = Promise.resolve();
    /** While one batch is on its way, addresses of the next are asked for and the one before is reported. */
    const flush = async () => {
      const current = batch;
      batch = [];
      const targets = this.#targets(current);
      targets.catch(() => {}); // told by whoever waits for it
      const stored = await sending;
      await reporting;
      reporting = this.#report(stored, live);
      reporting.catch(() => {});
      sending = this.#send(current, targets, live, failures);
      sending.catch(() => {});
    };
    const sidecars: FoundFile[] = [];
    const names = new Set<string>();
    for await (const found of walkOutputs(this.#folder)) {
      if ('why' in found) {
        if (!live) this.#complain(`Output ${found.name} is left out: it is ${found.why}`);
        continue;
      }
      if (found.name === JSONL) continue;
      if (ownerOf(found.name) !== null) {
        sidecars.push(found);
        continue;
      }
      names.add(found.name);
      if (!wanted(found)) continue;
      if (found.name.length > NAME_LENGTH) {
        if (!live)
          failures.push(`${found.name.slice(0, 100)}…: its name is longer than ${NAME_LENGTH} characters`);
        continue;
      }
      batch.push(found);
      if (batch.length === BATCH) await flush();
    }
    // What looks like a sidecar but has no file beside it is an output like any other.
    const owned = (name: string) => names.has(name) || this.#uploaded.has(name);
    if (!live) batch.push(...sidecars.filter((found) => !owned(ownerOf(found.name) ?? '')));
    await flush();
    await flush(); // reports the one before
    await reporting;
    return failures;
  }

  async #targets(batch: FoundFile[]): Promise<Upload[]> {
    const kind = 'output' as const;
    const files = batch.map(({ name, stats }) => ({
      kind,
      name: this.#redact(name),
      size: stats.size,
      parts: true,
    }));
    return files.length === 0 ? [] : this.#api.uploads({ files });
  }

  /** Gives what arrived; what did not is named in `failures`. */
  async #send(
    batch: FoundFile[],
    asked: Promise<Upload[]>,
    live: boolean,
    failures: string[],
  ): Promise<Stored[]> {
    if (batch.length === 0) return [];
    const complain = (message: string) => this.#complain(message);
    const common = await readJsonl(this.#folder, complain);
    const targets = await asked;
    const results = await inParallel([...batch.entries()], AT_ONCE, async ([i, found]) => {
      try {
        const target = targets[i];
        if (target === undefined) throw new Error('the API named no place for it');
        // While the job runs, a sidecar may have come since the folder was read.
        const said =
          live || found.hasSidecar
            ? await metadataFor(this.#folder, found.name, common, complain)
            : (common.get(found.name) ?? {});
        const metadata = redactIn(said, this.#redact) as typeof said;
        // Under one name from the first address to the report: the API compares it with the key.
        const named = { ...found, name: this.#redact(found.name) };
        return { found, output: await uploadFile(this.#api, named, target, metadata, this.#signal) };
      } catch (error) {
        this.#signal.throwIfAborted();
        if (error instanceof Fenced) throw error;
        failures.push(`${found.name}: ${(error as Error).message}`);
        return null;
      }
    });
    return results.filter((result) => result !== null);
  }

  async #report(stored: Stored[], live: boolean): Promise<void> {
    for (const some of portions(stored)) {
      const outputs = some.map(({ output }) => output);
      for (const complaint of await this.#api.outputs({ outputs })) this.#complain(complaint);
      for (const { found, output } of some) await this.#stored(found, output, live);
    }
  }

  async #stored(found: FoundFile, output: OutputFile, live: boolean): Promise<void> {
    this.#uploaded.add(found.name);
    this.#files++;
    this.#bytes += output.size;
    if (this.#files <= LISTED) this.#status(`Uploaded output ${output.name} (${size(output.size)})`);
    if (live) await unlink(found.path).catch(() => {});
  }

  #complain(message: string): void {
    if (this.#complaints.has(message) || this.#complaints.size >= LISTED) return;
    this.#complaints.add(message);
    this.#status(message);
  }
}

/** So many at once that their metadata is no more than one report carries. */
function* portions(stored: readonly Stored[]): Generator<Stored[]> {
  let some: Stored[] = [];
  let bytes = 0;
  for (const one of stored) {
    const own = Buffer.byteLength(JSON.stringify(one.output.metadata));
    if (some.length > 0 && bytes + own > REPORT_BYTES) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(one);
    bytes += own;
  }
  if (some.length > 0) yield some;
}

/** The same value with its texts and names redacted. */
function redactIn(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redactIn(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), redactIn(one, redact)]));
}
