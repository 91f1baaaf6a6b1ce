/** The proving run: what a data scientist does, done once through the API on the example project. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { CliError } from '../errors.ts';
import { followLog, type LogEvent } from './follow.ts';

const PROJECT = 'example';
const STEP = 'train';
/** A living worker takes a job within milliseconds; one that is just starting needs some seconds. */
const PICKUP_MS = 60_000;

export interface Request {
  repositoryUrl: string;
  commit: string;
  environment: string;
  owner: string;
  /** How long a worker may take to come for it. @default a minute */
  pickupMs?: number;
}

export interface Output {
  id: string;
  name: string;
  size: number;
}
export interface ProvingRun {
  execution: string;
  counter: number;
  status: string;
  statusDetail: string;
  url: string;
  metrics: Record<string, unknown>;
  outputs: Output[];
  seconds: number | null;
}
interface Project {
  id: string;
  name: string;
  owner: { username: string };
  repository?: { url: string } | null;
}
interface Execution {
  id: string;
  counter: number;
  status: string;
  status_detail: string;
  duration: number | null;
  cumulative_metadata: Record<string, unknown>;
  urls: { display: string };
}
interface Page<T> {
  results: T[];
}

/** Runs the example at `commit` in an environment and waits for its end, telling each step and each line. */
export async function prove(
  api: ApiClient,
  request: Request,
  say: (line: string) => void,
  onLine: (line: LogEvent) => void,
): Promise<ProvingRun> {
  const project = await ensureProject(api, request.owner, say);
  if (project.repository?.url !== request.repositoryUrl) {
    await api.send('PUT', `/api/v0/projects/${project.id}/repository/`, { url: request.repositoryUrl });
  }
  say(`fetching ${request.repositoryUrl}`);
  const { errors } = await api.send<{ errors: unknown[] }>('POST', `/api/v0/projects/${project.id}/fetch/`);
  if (errors.length > 0) {
    throw new CliError(
      `The example could not be fetched from ${request.repositoryUrl}: ${JSON.stringify(errors)}`,
    );
  }
  const created = await api.send<Execution>('POST', '/api/v0/executions/', {
    project: project.id,
    commit: request.commit,
    step: STEP,
    environment: request.environment,
    title: 'Proving run',
    inputs: {},
    // Nobody looks at its chart while it is drawn.
    parameters: { pause: 0 },
    environment_variables: {},
    tags: [],
    runtime_config: {},
  });
  say(`execution ${created.counter} of ${PROJECT} waits in environment ${request.environment}`);
  await untilEnd(api, created, request, onLine);
  return describe(api, created.id);
}

/** Follows the log to the end; an execution that no worker takes is not waited for. */
async function untilEnd(
  api: ApiClient,
  { id, counter }: Execution,
  { environment, pickupMs = PICKUP_MS }: Request,
  onLine: (line: LogEvent) => void,
): Promise<void> {
  const stop = new AbortController();
  const watch = async () => {
    await delay(pickupMs, undefined, { signal: stop.signal });
    const { status } = await api.get<Execution>(`/api/v0/executions/${id}/`);
    if (status === 'created' || status === 'queued') {
      throw new CliError(
        `No worker of environment ${environment} took execution ${counter} within ${pickupMs / 1000} s.`,
        { todo: '`npx cove status` shows whether its worker runs; `npx cove logs` tells what it says.' },
      );
    }
    await new Promise<never>(() => {});
  };
  try {
    await Promise.race([followLog(api, id, onLine, stop.signal), watch()]);
  } finally {
    stop.abort();
  }
}

async function ensureProject(api: ApiClient, owner: string, say: (line: string) => void): Promise<Project> {
  const { results } = await api.get<Page<Project>>('/api/v0/projects/?limit=9000');
  const own = results.filter(({ name }) => name === PROJECT);
  const project = own.find((candidate) => candidate.owner.username === owner) ?? own[0];
  if (project !== undefined) return api.get(`/api/v0/projects/${project.id}/`);
  say(`creating project ${PROJECT}`);
  return api.send('POST', '/api/v0/projects/', {
    name: PROJECT,
    description: "The example: three kinds of iris, told apart by nothing but Python's standard library",
  });
}

async function describe(api: ApiClient, id: string): Promise<ProvingRun> {
  const execution = await api.get<Execution>(`/api/v0/executions/${id}/`);
  const { results } = await api.get<Page<Output>>(`/api/v0/data/?output_execution=${id}&limit=5000`);
  return {
    execution: id,
    counter: execution.counter,
    status: execution.status,
    statusDetail: execution.status_detail,
    url: execution.urls.display,
    metrics: execution.cumulative_metadata,
    outputs: results.map(({ id: datum, name, size }) => ({ id: datum, name, size })),
    seconds: execution.duration,
  };
}
