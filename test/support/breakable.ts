/**
 * A whole platform of real parts, each a process of the test's own that can be killed, held and started again: what the
 * numbered faults are played on. What a run must be at the end is judged in one place, `judgement.ts`.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { rootTokenByRecoveryKey } from '../../app/bootstrap/vault/recovery.ts';
import { connect } from '../../app/platform/postgres.ts';
import type { Database } from '../../app/platform/tables.ts';
import { MOUNT } from '../../app/platform/vault.ts';
import { type VaultClient, vaultClient } from '../../app/platform/vault-client.ts';
import { Api, oneStep } from './api.ts';
import { type BareInstallation, bareInstallation } from './bare-installation.ts';
import { dockerSocket } from './docker.ts';
import { SUPERUSER, SUPERUSER_PASSWORD } from './postgres-server.ts';
import { freePort, type Server, startServer, until } from './process.ts';
import { S3_LOGIN, startS3 } from './stores.ts';

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url));

/** A process of the platform. */
export interface Part {
  readonly name: string;
  pid(): number;
  output(): string;
  start(): Promise<void>;
  /** Ends it and gives its exit code; null where a signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** It stands still, and what it was sent waits. */
  hold(): void;
  release(): void;
}

export interface LaneOptions {
  /** @default 'process' */
  executor?: 'process' | 'docker';
  /** @default 1 */
  slots?: number;
  /** How many workers serve it; none is started. @default 1 */
  workers?: number;
}
export interface LaneWorker extends Part {
  folder: string;
  tokenFile: string;
  /** What the settings file gets besides; taken over at the next start. */
  settings: Record<string, unknown>;
  /** Words before the command: a wrapper such as `ip netns exec`, or `env` with variables. */
  wrapper: string[];
}
/** An environment of its own, so that trials do not disturb each other. */
export interface Lane {
  slug: string;
  environmentId: string;
  executor: 'process' | 'docker';
  workers: LaneWorker[];
  /** Gives the execution's id. */
  submit(command: string, more?: Submission): Promise<string>;
}
export interface Submission {
  /** Another project than the usual one. */
  project?: string;
  image?: string;
  /** Of the step, as YAML with four spaces before it. */
  yaml?: string;
  request?: Record<string, unknown>;
}
export interface BreakableOptions {
  lanes?: LaneOptions[];
  /** @default 'fs' */
  store?: 'fs' | 's3';
  /** The API listens on every address of this machine: for workers in networks of their own. */
  everywhere?: boolean;
  /** A commit waits for the disk, as in an installation: for what is timed. @default false */
  onDisk?: boolean;
  /** Settings of the API that are not usual. */
  api?: Record<string, unknown>;
}
export interface Breakable {
  at: BareInstallation;
  api: Api;
  db: Kysely<Database>;
  /** The API's. */
  port: number;
  project: string;
  parts: Record<'api' | 'scheduler' | 'postgres' | 'redis' | 'vault', Part>;
  lanes: Lane[];
  /** As who may do everything in Vault; logged in anew after each seal. */
  vaultRoot(): Promise<VaultClient>;
  s3: { endpoint: string; folder: string } | undefined;
  close(): Promise<void>;
}

export async function breakable(options: BreakableOptions = {}): Promise<Breakable> {
  const at = await bareInstallation({ generateRoot: true, durable: options.onDisk ? 'disk' : true });
  const closing: (() => Promise<unknown>)[] = [() => at.stop()];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    return await build(at, options, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  at: BareInstallation,
  { lanes: wanted = [{}], store = 'fs', everywhere = false, api: more = {} }: BreakableOptions,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Breakable> {
  const plans = wanted.map((lane, index) => planLane(at, lane, index));
  at.settings.environments = plans.map(({ environment }) => environment);
  const credentialFile = join(at.folder, 'keys', 'administrator.json');
  at.settings.administrator.credentialFile = credentialFile;
  await at.bootstrap();

  const { recovery_key } = JSON.parse(await readFile(at.settings.vault.recoveryFile, 'utf8'));
  const vaultRoot = async () => {
    const client = vaultClient(at.settings.vault);
    client.token = await rootTokenByRecoveryKey(client, recovery_key);
    return client;
  };
  const s3 = store === 's3' ? await startBuckets(closing) : undefined;
  if (s3) await keepCredentials(await vaultRoot());
  const storage = s3
    ? {
        kind: 's3',
        platformBucket: 'data',
        dataBucket: 'data',
        region: 'us-east-1',
        endpoint: s3.endpoint,
        credentials: 'vault',
      }
    : { kind: 'fs', folder: join(at.folder, 'store') };

  const http = { host: everywhere ? '0.0.0.0' : '127.0.0.1', port: await freePort() };
  const base = `http://127.0.0.1:${http.port}`;
  const answers = () =>
    fetch(`${base}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const role = async (name: 'api' | 'scheduler', settings: object, ready: (out: string) => unknown) => {
    const file = join(at.folder, `${name}.json`);
    await writeFile(file, JSON.stringify(settings));
    return part(name, () =>
      startServer(process.execPath, [MAIN, '--settings', file], (out) => ready(out) as boolean),
    );
  };
  const parts: Breakable['parts'] = {
    postgres: wrapped('postgres', at.postgres),
    redis: wrapped('redis', at.redis),
    vault: wrapped('vault', at.vault),
    api: await role('api', { ...at.service('api'), ...more, publicUrl: base, http, storage }, answers),
    scheduler: await role('scheduler', { ...at.service('scheduler'), storage }, (out) =>
      out.includes('scheduler runs'),
    ),
  };
  for (const one of [parts.api, parts.scheduler]) {
    closing.push(() => one.end('SIGKILL'));
    await one.start();
  }

  const { username, password } = JSON.parse(await readFile(credentialFile, 'utf8'));
  const api = await Api.login(base, username, password);
  const { id: project } = await api.ok('POST', '/projects/', { name: `faults-${randomUUID().slice(0, 8)}` });
  const { address } = at.postgres;
  const db = connect(
    { ...address, name: 'cove', user: SUPERUSER, tls: false },
    async () => SUPERUSER_PASSWORD,
    { max: 4 },
  );
  closing.push(() => db.destroy());
  const { results } = await api.ok('GET', '/environments/?limit=1000');
  const known: { id: string; slug: string }[] = results;
  const lanes = plans.map((plan): Lane => {
    const environmentId = known.find(({ slug }) => slug === plan.environment.slug)?.id ?? '';
    const workers = plan.workers.map((worker) => laneWorker(worker, base));
    for (const worker of workers) closing.push(() => worker.end('SIGKILL'));
    return {
      slug: plan.environment.slug,
      environmentId,
      executor: plan.environment.executor,
      workers,
      async submit(
        command,
        { project: id = project, image = 'python:3.12-slim', yaml = '', request = {} } = {},
      ) {
        const commit = await api.importPackage(id, { 'valohai.yaml': oneStep(command, image, yaml) });
        const run = await api.create(id, commit, 'go', { environment: environmentId, ...request });
        return run.id;
      },
    };
  });
  return { at, api, db, port: http.port, project, parts, lanes, vaultRoot, s3, close };
}

function planLane(
  at: BareInstallation,
  { executor = 'process', slots = 1, workers = 1 }: LaneOptions,
  n: number,
) {
  const slug = `lane-${n}`;
  const each = Array.from({ length: workers }, (_, index) => ({
    name: `${slug}-${index}`,
    tokenFile: join(at.folder, 'keys', `${slug}-${index}.token`),
  }));
  return {
    environment: { slug, name: slug, description: '', executor, gpuSpec: '', workers: each },
    workers: each.map(({ name, tokenFile }) => ({
      name,
      tokenFile,
      folder: join(at.folder, `worker-${name}`),
      executor,
      slots,
    })),
  };
}

function laneWorker(
  { name, tokenFile, folder, executor, slots }: ReturnType<typeof planLane>['workers'][number],
  url: string,
): LaneWorker {
  const worker: LaneWorker = {
    ...part(name, async () => {
      const file = `${folder}.json`;
      const settings = { role: 'worker', name, apiUrl: url, tokenFile, folder, executors: [executor] };
      await writeFile(file, JSON.stringify({ ...settings, slots, dockerSocket, ...worker.settings }));
      const [command = '', ...args] = [...worker.wrapper, process.execPath, MAIN, '--settings', file];
      return startServer(command, args, (output) => output.includes('is ready'));
    }),
    folder,
    tokenFile,
    settings: {},
    wrapper: [],
  };
  return worker;
}

function part(name: string, start: () => Promise<Server>): Part {
  let server: Server | undefined;
  return {
    name,
    pid: () => server?.child.pid ?? 0,
    output: () => server?.output() ?? '',
    async start() {
      server = await start();
    },
    async end(signal = 'SIGKILL') {
      const child = server?.child;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return child?.exitCode ?? null;
      const exited = once(child, 'exit');
      child.kill(signal);
      if (signal === 'SIGKILL') child.kill('SIGCONT');
      const [code] = await exited;
      return code as number | null;
    },
    hold: () => void server?.child.kill('SIGSTOP'),
    release: () => void server?.child.kill('SIGCONT'),
  };
}

interface Outside {
  server: Server;
  stop(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}
/** A server that `bareInstallation` started. */
function wrapped(name: string, outside: Outside): Part {
  return {
    name,
    pid: () => outside.server.child.pid ?? 0,
    output: () => outside.server.output(),
    // A killed postmaster's children hold its memory for a moment longer.
    start: async () =>
      void (await until(
        `${name} starts`,
        () =>
          outside.restart().then(
            () => true,
            () => false,
          ),
        30,
      )),
    async end(signal = 'SIGKILL') {
      await outside.stop(signal);
      return outside.server.child.exitCode;
    },
    hold: () => void outside.server.child.kill('SIGSTOP'),
    release: () => void outside.server.child.kill('SIGCONT'),
  };
}

async function startBuckets(closing: (() => Promise<unknown>)[]) {
  const s3 = await startS3('data');
  closing.push(() => s3.stop());
  return s3;
}

async function keepCredentials(root: VaultClient): Promise<void> {
  const storage_credentials = JSON.stringify(S3_LOGIN);
  for (const service of ['api', 'scheduler']) {
    const path = `${MOUNT}/data/services/${service}`;
    const { data } = (await root.read(path)).data;
    await root.write(path, { data: { ...data, storage_credentials } });
  }
}
