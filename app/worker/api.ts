/** The worker's side of the protocol. Answers are checked; a report is repeated until the API has it (design 2). */

import type { z } from 'zod';
import {
  type ClaimRequest,
  type CompleteUploadRequest,
  CompleteUploadResponse,
  type DownloadsRequest,
  DownloadsResponse,
  type EndReport,
  HeartbeatResponse,
  HeartbeatsResponse,
  type HelloRequest,
  HelloResponse,
  JobSpec,
  type LogChunkReport,
  type LogLine,
  type MetadataReport,
  type OutputReport,
  OutputResponse,
  type Phase,
  type Progress,
  type UploadPartsRequest,
  UploadPartsResponse,
  type UploadRequest,
  UploadResponse,
  WORKER_API,
} from '../protocol/worker.ts';
import { type Clock, machineClock } from './clock.ts';
import { type Http, HttpError, isPassing } from './http.ts';
import { retry } from './retry.ts';

/** Somebody else has this run by now, or it was ended: whatever is said about it counts no more. */
export class Fenced extends Error {
  constructor() {
    super('the run was given to somebody else or has ended');
    this.name = 'Fenced';
  }
}

/** About two minutes. */
const BROKEN_TRIES = 20;
/** A beat that nobody answers, on a connection that died unseen, must leave time for others before the lease ends. */
const BEAT_PATIENCE_MS = 3_000;

type Report<T extends z.ZodType> = Omit<z.infer<T>, 'token'>;
export type Upload = z.infer<typeof UploadResponse>['uploads'][number];
export type PartAddress = z.infer<typeof UploadPartsResponse>['parts'][number];
export type HelloAnswer = z.infer<typeof HelloResponse>;
export type OutputFile = z.infer<typeof OutputReport>['outputs'][number];
export type Point = z.infer<typeof MetadataReport>['points'][number];

type Beats = Pick<z.infer<typeof HeartbeatsResponse>, 'runs' | 'drain'>;
/** An attempt as the platform is asked for it. */
export type RunName = Pick<JobSpec, 'execution_id' | 'token'>;

export class WorkerApi {
  readonly http: Http;
  readonly clock: Clock;
  readonly #token: () => string;

  constructor(http: Http, token: () => string, clock = machineClock) {
    this.http = http;
    this.#token = token;
    this.clock = clock;
  }

  async hello(request: z.infer<typeof HelloRequest>, signal?: AbortSignal): Promise<HelloAnswer> {
    return HelloResponse.parse(await this.call('hello', request, signal));
  }

  /**
   * The job whose turn it is, after a ring; null where none is to be had; `draining` where this worker shall take none.
   * `claim`: a name, the same for every try, so that a lost answer is given again. `room`: nothing that is larger.
   */
  async claim(
    rung: string,
    claim: string,
    room?: z.infer<typeof ClaimRequest>['room'],
    signal?: AbortSignal,
  ): Promise<JobSpec | 'draining' | null> {
    try {
      return JobSpec.parse(await this.call('claim', { execution_id: rung, claim, room }, signal));
    } catch (error) {
      const code = refusal(error);
      if (code === 'not_claimable') return null;
      if (code === 'draining') return code;
      throw error;
    }
  }

  /**
   * One beat for these runs; the answer has one for each in its place. Once, without another try: the next comes soon
   * enough.
   */
  async heartbeats(runs: readonly RunName[]): Promise<Beats> {
    const asked = { runs: runs.map(({ execution_id, token }) => ({ execution_id, token })) };
    try {
      const said = await this.call('heartbeats', asked, undefined, BEAT_PATIENCE_MS);
      const answer = HeartbeatsResponse.parse(said);
      if (answer.runs.length === runs.length) return answer;
      throw new Error(`asked for ${runs.length} runs, the API answered for ${answer.runs.length}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return this.#oneByOne(runs);
    }
  }
  /** For an API of an earlier version, which workers may meet while an installation is upgraded or rolled back. */
  async #oneByOne(runs: readonly RunName[]): Promise<Beats> {
    const answers = await Promise.all(
      runs.map(async ({ execution_id, token }) => {
        try {
          const { stop, drain } = await this.run(execution_id, token).heartbeat();
          return { drain, run: stop ? ('stop' as const) : ('held' as const) };
        } catch (error) {
          if (error instanceof Fenced) return { drain: false, run: 'fenced' as const };
          if (isNotFound(error)) return { drain: false, run: 'unknown' as const };
          throw error;
        }
      }),
    );
    return { runs: answers.map(({ run }) => run), drain: answers.some(({ drain }) => drain) };
  }

  /** Says that this worker takes no new job, by its own decision. */
  async drain(reason: string, signal?: AbortSignal): Promise<void> {
    await this.call('drain', { reason }, signal);
  }
  /** Says that the last job has ended: the machine may go. */
  async drained(signal?: AbortSignal): Promise<void> {
    await this.call('drained', {}, signal);
  }

  run(executionId: string, token: string, signal?: AbortSignal): RunApi {
    return new RunApi(this, executionId, token, signal);
  }

  async call(path: string, body: unknown, signal?: AbortSignal, patience?: number): Promise<unknown> {
    return this.http.post(`${WORKER_API}/${path}`, body, this.#authorization(), signal, patience);
  }
  /** An answer that comes line by line, until the other side or `signal` ends it. */
  lines(path: string, signal: AbortSignal): AsyncIterable<string> {
    return this.http.lines(`${WORKER_API}/${path}`, this.#authorization(), signal);
  }

  #authorization(): string {
    return `Worker ${this.#token()}`;
  }
}

/** Reports on one run. Each waits out an outage of the API; `Fenced` and refusals for good are thrown. */
export class RunApi {
  readonly #api: WorkerApi;
  readonly #path: string;
  readonly #token: string;
  readonly #signal: AbortSignal | undefined;

  constructor(api: WorkerApi, executionId: string, token: string, signal: AbortSignal | undefined) {
    this.#api = api;
    this.#path = `runs/${executionId}`;
    this.#token = token;
    this.#signal = signal;
  }

  get http(): Http {
    return this.#api.http;
  }

  /** Once, without another try: the next beat comes soon enough. */
  async heartbeat(): Promise<z.infer<typeof HeartbeatResponse>> {
    return HeartbeatResponse.parse(await this.#once('heartbeat', {}, BEAT_PATIENCE_MS));
  }
  /** Once: a detail that is late is a detail that is wrong. */
  async status(status_detail: string, phase: Phase | null, progress: Progress | null): Promise<void> {
    await this.#once('status', { status_detail, phase, progress });
  }
  /** Lines of the living log, where the worker cannot reach the queue. Once: the log's own patience repeats it. */
  async logLines(lines: LogLine[]): Promise<void> {
    await this.#once('log-lines', { lines });
  }
  async metadata(report: Report<typeof MetadataReport>): Promise<void> {
    await this.#report('metadata', report);
  }
  async uploads(report: Report<typeof UploadRequest>): Promise<Upload[]> {
    return UploadResponse.parse(await this.#report('uploads', report)).uploads;
  }
  async uploadParts(report: Report<typeof UploadPartsRequest>): Promise<PartAddress[]> {
    return UploadPartsResponse.parse(await this.#report('upload-parts', report)).parts;
  }
  /** Numbers of the parts that did not arrive; none: the file is whole. */
  async completeUpload(report: Report<typeof CompleteUploadRequest>): Promise<number[]> {
    return CompleteUploadResponse.parse(await this.#report('complete-upload', report)).missing;
  }
  /** Another address of a file that the job takes in, by its datum or as it was named. */
  async download({ datum_id, uri }: { datum_id: string | null; uri: string }): Promise<string> {
    const asked = datum_id === null ? { datum_ids: [], uris: [uri] } : { datum_ids: [datum_id] };
    const { downloads, objects } = await this.#downloads(asked);
    return one(downloads[0] ?? objects[0], uri);
  }
  /** Another address of the commit's files. */
  async snapshot(): Promise<string> {
    const { snapshot } = await this.#downloads({ datum_ids: [], snapshot: true });
    return one(snapshot === undefined ? undefined : { url: snapshot }, "the commit's files");
  }
  async #downloads(report: Report<typeof DownloadsRequest>) {
    return DownloadsResponse.parse(await this.#report('downloads', report));
  }
  async logChunk(report: Report<typeof LogChunkReport>): Promise<void> {
    await this.#report('log-chunks', report);
  }
  async outputs(report: Report<typeof OutputReport>): Promise<string[]> {
    return OutputResponse.parse(await this.#report('outputs', report)).complaints ?? [];
  }
  async end(report: Report<typeof EndReport>): Promise<void> {
    await this.#report('end', report);
  }

  async #once(name: string, body: object, patience?: number): Promise<unknown> {
    const report = { token: this.#token, ...body };
    try {
      return await this.#api.call(`${this.#path}/${name}`, report, this.#signal, patience);
    } catch (error) {
      throw refusal(error) === 'fenced' ? new Fenced() : error;
    }
  }

  async #report(name: string, body: object): Promise<unknown> {
    let broken = 0;
    return retry(() => this.#once(name, body), {
      signal: this.#signal,
      clock: this.#api.clock,
      again: (error) => isPassing(error) && (!isBroken(error) || ++broken < BROKEN_TRIES),
    });
  }
}

function one(found: { url: string } | undefined, what: string): string {
  if (found === undefined) throw new Error(`the API named no other address for ${what}`);
  return found.url;
}

const isNotFound = (error: unknown) => error instanceof HttpError && error.status === 404;

/** A 500 is no outage: the API stumbles over this very report, and will do so again. */
const isBroken = (error: unknown) => error instanceof HttpError && error.status === 500;

/** The `code` of a 409, or null. */
export function refusal(error: unknown): string | null {
  if (!(error instanceof HttpError) || error.status !== 409) return null;
  try {
    return (JSON.parse(error.body) as { code?: string }).code ?? null;
  } catch {
    return null;
  }
}
