/**
 * What worker and API say to each other at `/api/worker/v1/`. A worker proves itself with
 * `Authorization: Worker <token>`; every report on a run carries the run's fencing token (design 2).
 * Times are ISO 8601 in UTC, sizes bytes, durations seconds.
 */
import { z } from 'zod';
import { Resources } from './room.ts';

/** Bumped on a change that an older worker would misread; checked in `hello`. */
export const PROTOCOL_VERSION = 1;
/** A lease lasts this long after the last heartbeat; a dead worker is noticed within 15 s. */
export const LEASE_SECONDS = 10;
export const HEARTBEAT_SECONDS = 3;
/** The log is cut into stored chunks of at most this many lines or bytes; less lives in the Redis stream. */
export const LOG_CHUNK_LINES = 5_000;
export const LOG_CHUNK_BYTES = 4 * 1024 * 1024;
/** A longer line is split into pieces of this many bytes, each marked. */
export const LOG_LINE_BYTES = 64 * 1024;

/** Names in Redis of one environment; a worker's ACL user may touch nothing outside `cove:<slug>:*`. */
export const queueKey = (slug: string) => `cove:${slug}:queue`;
export const logKey = (slug: string, executionId: string) => `cove:${slug}:log:${executionId}`;
/** Pub/sub channel on which a stop is announced; the message is the execution's id. */
export const stopChannel = (slug: string) => `cove:${slug}:stop`;

/**
 * One log line as it travels: `[seq, time, stream, message]`. `seq` starts at 1 in every attempt and has no gap;
 * `time` is `YYYY-MM-DDTHH:MM:SS.ffffff` (UTC, no zone), strictly increasing within an attempt.
 * A Redis stream entry is a batch: id `<attempt * 10^12 + last seq>-0`, fields `a` attempt, `l` the JSON list of lines.
 * A stored chunk is gzip of the same arrays, one a line.
 */
export const LogLine = z.tuple([
  z.int().min(1).lt(1e12),
  z.string(),
  z.enum(['status', 'stdout', 'stderr']),
  z.string(),
]);
export type LogLine = z.infer<typeof LogLine>;

/** As a log line's, or with a zone. */
export const Stamp = z.iso
  .datetime({ local: true, offset: true })
  .refine((time) => !time.startsWith('0000'), 'There was no year 0.');
/** Of a log line. A stream entry's id holds it beside the attempt. */
const Seq = z.int().min(1).lt(1e12);
/** A file's size in bytes. */
const Size = z.int().min(0);

export const HelloRequest = z.object({
  protocol: z.int(),
  version: z.string(),
  hostname: z.string(),
  cpus: z.number(),
  memory: z.int(),
  executors: z.array(z.string()),
  /** True where the worker can reach nothing but the API. */
  relay: z.boolean().optional(),
  /** What keeps it from running jobs now, as one line for a person; absent: nothing does. */
  unready: z.string().max(1000).optional(),
  /** The machine as its cloud names it. */
  instance_id: z.string().optional(),
  /** What jobs may have of the machine together; absent: nobody counts. Since 0.2. */
  whole: Resources.optional(),
  /** It reads the mounts of a job; absent: it would run the job without them, and gets none that has some. Since 0.2. */
  mounts: z.boolean().optional(),
});
export const HelloResponse = z.object({
  worker: z.object({ id: z.uuid(), name: z.string() }),
  environment: z.object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    executor: z.enum(['docker', 'process', 'kubernetes']),
  }),
  /** Redis for doorbell and live log; null where the API relays (design 5). */
  queue: z
    .object({
      host: z.string(),
      port: z.int(),
      tls: z.boolean(),
      /** PEM of the authorities to trust; absent: the public ones. */
      ca: z.string().optional(),
      username: z.string(),
      password: z.string(),
    })
    .nullable(),
  lease_seconds: z.number(),
  heartbeat_seconds: z.number(),
  /** Hosts of internal networks, as `host` or `host:port`, that inputs may be fetched from. Since 0.2. */
  trusted_hosts: z.array(z.string()).default([]),
  /** True: take no new job; when the last one has ended, say so at `drained`. */
  drain: z.boolean().default(false),
});

/** What a cloud signs of a machine: AWS and Azure PKCS #7 in base64, Google and Kubernetes a JWT. */
export const MachineProof = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('aws'),
    pkcs7: z.string().max(16_384),
    document: z.string().max(16_384).optional(),
  }),
  z.object({ kind: z.literal('gcp'), token: z.string().max(16_384) }),
  z.object({ kind: z.literal('azure'), pkcs7: z.string().max(65_536) }),
  z.object({ kind: z.literal('kubernetes'), token: z.string().max(16_384) }),
  /** No cloud vouches for it: it has a code that was made for one machine (`cove worker join`). */
  z.object({
    kind: z.literal('code'),
    code: z.string().max(100),
    hostname: z.string().regex(/^[\w.-]{1,253}$/),
  }),
]);
/**
 * A machine that nobody knows yet makes a token, keeps it, and sends its SHA-256 (hex) with the proof: the token itself
 * never travels, and asking again after a lost answer is harmless. For each machine the first token counts.
 */
export const JoinRequest = z.object({
  protocol: z.int(),
  /** Name of the worker stack that the machine belongs to; absent: the installation's own. */
  stack: z.string().max(100).optional(),
  proof: MachineProof,
  token_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export const JoinResponse = z.object({
  worker: z.object({ name: z.string() }),
  environment: z.object({ slug: z.string() }),
  /** The image to run as the worker, by digest, and the login to pull it with; null for who came with a code: it runs. */
  image: z.string().nullable(),
  registry: z.object({ host: z.string(), username: z.string(), password: z.string() }).nullable(),
});

/** A file to fetch before the job starts. `url` may be relative to the API's address. */
export const InputFile = z.object({
  /** Name below `/valohai/inputs/<input>/`; null: taken from the address. */
  name: z.string().nullable(),
  uri: z.string(),
  url: z.string(),
  size: z.int().nullable(),
  checksums: z.object({
    md5: z.string().nullable(),
    sha1: z.string().nullable(),
    sha256: z.string().nullable(),
  }),
  datum_id: z.uuid().nullable(),
  metadata: z.array(z.record(z.string(), z.unknown())),
});
/** A folder of the machine (`/path`) or an NFS export (`host:/path`), and where the job finds it. */
export const JobMount = z.object({
  source: z.string(),
  destination: z.string(),
  readonly: z.boolean(),
  /** Null: told from the source. */
  type: z.string().nullable(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type JobMount = z.infer<typeof JobMount>;

/** Also the name of a folder, and of a claim of Kubernetes. */
export const CacheVolume = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);

/** Everything one job needs, handed over by a claim and by nothing else. */
export const JobSpec = z.object({
  execution_id: z.uuid(),
  attempt: z.int(),
  token: z.uuid(),
  project: z.object({ id: z.uuid(), name: z.string() }),
  counter: z.int(),
  image: z.string(),
  /** To pull the image with, and for nothing else; null: it asks for none. Since 0.2; older workers pull without. */
  registry: z
    .object({ host: z.string(), username: z.string(), password: z.string() })
    .nullable()
    .default(null),
  /** One shell text, already interpolated; run by `/bin/sh -c` in the repository folder (contract 2.9). */
  command: z.string(),
  environment_variables: z.record(z.string(), z.string()),
  /** Values that must never appear in the log: those of the secret variables. */
  secrets: z.array(z.string()),
  /** Null: no commit, for it is a notebook. */
  snapshot: z.object({ url: z.string(), sha256: z.string(), size: z.int() }).nullable(),
  /** It serves people, at the port that `VH_NOTEBOOK_PORT` tells it. Since 0.2. */
  notebook: z.boolean().optional(),
  inputs: z.array(
    z.object({
      name: z.string(),
      keep_directories: z.enum(['none', 'suffix', 'full']),
      filename: z.string().nullable(),
      /** `on-demand`: nothing is fetched before the job starts, which asks for what it needs. Absent: `always`. */
      download: z.enum(['always', 'on-demand']).optional(),
      files: z.array(InputFile),
    }),
  ),
  /** `/valohai/config/*.json` as objects, without `inputs`, which the worker writes after the downloads. */
  config: z.object({
    execution: z.record(z.string(), z.unknown()),
    parameters: z.record(z.string(), z.unknown()),
    /** The same as they are to be written, JSON and YAML in one: here 1.0 is another value than 1. Since 0.2. */
    parameters_text: z.string().optional(),
    api: z.record(z.string(), z.unknown()),
  }),
  time_limit: z.number().nullable(),
  no_output_timeout: z.number().nullable(),
  /** Who may enter the running job by SSH: the owner of this public key, at this port. Since 0.2. */
  remote_debug: z.object({ port: z.int(), key: z.string() }).nullable().optional(),
  /** What the job may take at most: cores, bytes of memory and of disk. Null: what its machine gives. Since 0.2. */
  limits: z
    .object({
      cpus: z.number().positive().nullable(),
      memory: z.int().positive().nullable(),
      /** What it writes, to its folders and beside them. */
      disk: z.int().positive().nullable().default(null),
    })
    .default({ cpus: null, memory: null, disk: null }),
  /** What it needs at least, of the same. Null: not told. Since 0.2. */
  requests: z
    .object({ cpus: z.number().positive().nullable(), memory: z.int().positive().nullable() })
    .default({ cpus: null, memory: null }),
  /** How many of each kind; null: not told, which is not the same as none. Since 0.2. */
  devices: z.record(z.string(), z.int().min(0)).nullable().default(null),
  /** What the step names; the worker decides whether its operator allows it. Since 0.2. */
  mounts: z.array(JobMount).default([]),
  /** Names of folders that the project's jobs find again on the same machine, each once. Since 0.2. */
  cache_volumes: z.array(CacheVolume).default([]),
});
export type JobSpec = z.infer<typeof JobSpec>;

export const ClaimRequest = z.object({
  /** As it was rung for. */
  execution_id: z.uuid(),
  /**
   * The worker's name for this claim. With it the platform gives the execution whose turn it is, which may be another one,
   * and the same again to who repeats the claim. Without it, the one that was rung for or none. Since 0.2.
   */
  claim: z.uuid().optional(),
  /**
   * What is left of the machine, and what a job is counted as that asks for nothing (`room.ts`). Only what fits is given
   * then. Since 0.2; without, anything is.
   */
  room: z.object({ free: Resources, share: Resources, whole: Resources }).optional(),
});
/** Every report: the attempt's token. */
export const Fenced = z.object({ token: z.uuid() });
/** The answer tells whether somebody asked for an end. */
export const HeartbeatResponse = z.object({
  stop: z.boolean(),
  /** Of a stop that came of itself, by the step's condition, in words for the log. */
  stop_reason: z.string().nullable().default(null),
  lease_seconds: z.number(),
  /** As in `HelloResponse`. */
  drain: z.boolean().default(false),
});
/** One beat for all runs of a worker. Since 0.2; older workers beat for each run by itself. */
export const HeartbeatsRequest = z.object({
  runs: z.array(Fenced.extend({ execution_id: z.uuid() })).max(10_000),
});
/** `fenced` and `unknown` are what `heartbeat` answers with 409 and 404: the run is not, or no longer, this worker's. */
export const HeartbeatsResponse = z.object({
  /** In the order asked. */
  runs: z.array(z.enum(['held', 'stop', 'fenced', 'unknown'])),
  lease_seconds: z.number(),
  drain: z.boolean(),
});
/** The worker drains by its own decision, for instance because the cloud takes its machine back. */
export const DrainRequest = z.object({ reason: z.string().max(500) });
/** Before a job's command runs: room on the disk, its image, its inputs, its repository. */
export const PHASES = ['disk', 'image', 'inputs', 'repository'] as const;
export type Phase = (typeof PHASES)[number];
/** By names that say what is counted, and in what: `bytes_done`, `files_total`, `seconds_left`. */
export const Numbers = z
  .record(z.string().regex(/^[a-z_]{1,40}$/), z.number().min(0))
  .refine((numbers) => Object.keys(numbers).length <= 20, 'At most 20 numbers.');
export type Numbers = z.infer<typeof Numbers>;
/** How far that is. `estimate`: seconds until all of it is done; null: nobody can say. */
export const Progress = z.object({ numbers: Numbers, estimate: z.number().min(0).nullable() });
export type Progress = z.infer<typeof Progress>;
/** How long to wait at the relayed doorbell, and the rung execution; null: none in that time. */
export const DoorbellRequest = z.object({ seconds: z.number().min(0).max(30) });
export const DoorbellResponse = z.object({ execution_id: z.uuid().nullable() });
/** Lines of the living log on their way through the API; a batch that was there already changes nothing. */
export const LogLinesReport = Fenced.extend({ lines: z.array(LogLine).min(1).max(5_000) });
export const StatusReport = Fenced.extend({
  status_detail: z.string().max(4000),
  /** What is done before the command runs; null: it is done. Since 0.2; older workers do not say. */
  phase: z.enum(PHASES).nullable().optional(),
  progress: Progress.nullable().optional(),
});
export const MetadataReport = Fenced.extend({
  points: z.array(z.object({ seq: Seq, time: Stamp, value: z.record(z.string(), z.unknown()) })).max(1000),
});
export const UploadRequest = Fenced.extend({
  files: z
    .array(
      z.object({
        kind: z.enum(['output', 'log']),
        name: z.string().min(1).max(1024),
        size: z.int().min(0),
        /** The worker can send it in parts. Since 0.2; older workers never say so. */
        parts: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(1000),
});
/** Where each file goes, in the order asked for. `storage_key` comes back in `OutputReport` or `LogChunkReport`. */
export const UploadResponse = z.object({
  uploads: z.array(
    z.object({
      storage_key: z.string(),
      url: z.string(),
      method: z.literal('PUT'),
      headers: z.record(z.string(), z.string()),
      /**
       * Only where the worker offered parts and the file is longer than one: then nothing is sent to `url`. Parts have
       * `size` bytes, the last one what is left; their addresses are asked for at `upload-parts`.
       */
      parts: z
        .object({
          upload: z.string(),
          size: z.int().min(1),
          count: z.int().min(1),
          /**
           * The store's ETags of the parts are their MD5s: it need not be told them beforehand, where `complete-upload` is
           * given the ETags. Since 0.2.
           */
          tells_md5s: z.boolean().optional(),
        })
        .optional(),
    }),
  ),
});
/** A file that is being sent in parts, as `UploadResponse` named it. */
const PartedUpload = Fenced.extend({
  storage_key: z.string(),
  name: z.string(),
  /** Bytes of the whole file. */
  size: z.int().min(0),
  upload: z.string(),
});
export const UploadPartsRequest = PartedUpload.extend({ numbers: z.array(z.int().min(1)).min(1).max(1000) });
/** Addresses in the order asked for. One that is refused or has expired is asked for again. */
export const UploadPartsResponse = z.object({
  parts: z.array(z.object({ number: z.int(), url: z.string(), headers: z.record(z.string(), z.string()) })),
});
export const CompleteUploadRequest = PartedUpload.extend({
  /** What the store called each part, in order, without quotes: parts that have another one are missing. Since 0.2. */
  etags: z.array(z.string().max(200)).max(10_000).optional(),
});
/** `missing`: numbers of the parts to send again; none: the file is whole and in its place. May be asked again. */
export const CompleteUploadResponse = z.object({ missing: z.array(z.int()) });
/** New addresses of what a run fetches before it starts, in place of those that were refused. */
export const DownloadsRequest = Fenced.extend({
  datum_ids: z.array(z.uuid()).max(1000),
  /** Inputs without a datum that a store has, as `InputFile.uri` names them. Since 0.2. */
  uris: z.array(z.string()).max(1000).optional(),
  /** The commit's files, too. Since 0.2. */
  snapshot: z.boolean().optional(),
});
export const DownloadsResponse = z.object({
  downloads: z.array(z.object({ datum_id: z.uuid(), url: z.string() })),
  objects: z.array(z.object({ uri: z.string(), url: z.string() })).default([]),
  snapshot: z.string().optional(),
});
export const LogChunkReport = Fenced.extend({
  first_seq: Seq,
  last_seq: Seq,
  storage_key: z.string(),
  bytes: Size,
});
export const OutputReport = Fenced.extend({
  outputs: z.array(
    z.object({
      storage_key: z.string(),
      name: z.string(),
      size: Size,
      md5: z.string(),
      sha1: z.string(),
      sha256: z.string(),
      file_ctime: Stamp,
      file_mtime: Stamp,
      metadata: z.record(z.string(), z.unknown()),
    }),
  ),
});
/** `complaints`: what the files' metadata asked for and could not be had, a line each for the job's log. */
export const OutputResponse = z.object({
  datum_ids: z.array(z.uuid()),
  complaints: z.array(z.string()).optional(),
});
/** How it ended. `crashed`: not the job's own fault. `reason` is one line for a person. */
export const EndReport = Fenced.extend({
  status: z.enum(['complete', 'error', 'crashed', 'stopped']),
  exit_code: z.int32().nullable(),
  reason: z.string(),
  /** Number of the last log line. */
  log_lines: z.int().min(0).lt(1e12),
});
/** The status that the execution has now: a stop that was asked for meanwhile counts more than the report. */
export const EndResponse = z.object({ status: z.string() });

const LookReport = z.object({
  wanted: z.int32(),
  largest: z.int32(),
  refusal: z.string().nullable(),
  machines: z.array(
    z.object({
      id: z.string().max(500),
      state: z.enum(['starting', 'running', 'ending']),
      launched_at: z.iso.datetime(),
      /** It bears the group's mark, and the group does not know it. Since 0.2. */
      stray: z.literal(true).optional(),
    }),
  ),
});
/** From the scaler of a worker stack: what its cloud tells of each group, and the orders that it has carried out. */
export const SyncRequest = z.object({
  protocol: z.int(),
  done: z.array(z.int()),
  groups: z.record(z.string(), z.union([LookReport, z.object({ error: z.string().max(2000) })])),
  /** Who signs the tokens of the scaler's cluster: its issuer and public keys (JWKS). Absent: it is in none. Since 0.2. */
  signer: z
    .object({
      issuer: z.string().max(2000),
      keys: z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(50) }),
    })
    .optional(),
});
export const SyncResponse = z.object({
  /** In the order in which they were given; the same again until it is told as done. */
  orders: z.array(
    z.object({
      id: z.int(),
      group: z.string(),
      order: z.union([
        z.object({ grow: z.int() }),
        z.object({ end: z.array(z.string()) }),
        z.object({ forgo: z.literal(true) }),
      ]),
    }),
  ),
  /** When to sync again, where nothing was ordered. */
  seconds: z.number(),
});

/**
 * Paths below `/api/worker/v1`, all POST: join (without a token), hello, claim, heartbeats, drain, drained, and for a run
 * `runs/<execution id>/{heartbeat,status,metadata,uploads,upload-parts,complete-upload,downloads,log-chunks,outputs,end}`.
 * Where `hello` named no queue: `doorbell`, `ring` (gives a popped id back), `stops` (answers with a line for every
 * execution of the environment that shall stop, and empty ones in between), and `runs/<execution id>/log-lines`.
 * A worker stack's scaler, with `Authorization: Scaler <token>`: `sync`.
 * Refusals: 401 unknown token; 409 `{"code": "not_claimable"}`, `{"code": "draining"}` or `{"code": "fenced"}`.
 */
export const WORKER_API = '/api/worker/v1';
