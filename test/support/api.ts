/** A small client of the running platform's API, as a script of a data scientist would have one. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted on by the tests themselves
  body: any;
}
export interface LogEvent {
  time: string;
  stream: 'status' | 'stdout' | 'stderr';
  message: string;
}
export interface Run {
  id: string;
  counter: number;
  status: string;
  status_detail: string;
  exit_code: number | null;
  attempt: number;
  outputs: { id: string; name: string; size: number }[];
  cumulative_metadata: Record<string, unknown>;
}
const ENDED = ['complete', 'error', 'crashed', 'stopped'];

export class Api {
  readonly base: string;
  readonly token: string;
  constructor(base: string, token: string) {
    this.base = base;
    this.token = token;
  }

  static async login(base: string, username: string, password: string): Promise<Api> {
    const response = await fetch(`${base}/api/v0/get-token/`, {
      method: 'POST',
      body: new URLSearchParams({ username, password }),
    });
    if (!response.ok) throw new Error(`login answered ${response.status}: ${await response.text()}`);
    return new Api(base, ((await response.json()) as { token: string }).token);
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const form = body instanceof FormData;
    const response = await fetch(`${this.base}/api/v0${path}`, {
      method,
      headers: {
        Authorization: `Token ${this.token}`,
        ...(body === undefined || form ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: /^\s*[[{"]/.test(text) ? JSON.parse(text) : text };
  }

  /** Like `call`, but a refusal is an error that shows what the server said. */
  async ok(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Uploads files as an ad-hoc package; gives the commit's identifier. */
  async importPackage(projectId: string, files: Record<string, string | Buffer>): Promise<string> {
    const tgz = await packageOf(files);
    const form = new FormData();
    form.set('data', new Blob([new Uint8Array(tgz)], { type: 'application/gzip' }), 'data.tgz');
    form.set('description', '');
    form.set('yaml_path', 'valohai.yaml');
    const commit = await this.ok('POST', `/projects/${projectId}/import-package/`, form);
    const identifier = `~${createHash('sha256').update(tgz).digest('hex')}`;
    if (commit.identifier !== identifier)
      throw new Error(`identifier ${commit.identifier}, expected ${identifier}`);
    return identifier;
  }

  create(projectId: string, commit: string, step: string, more: Record<string, unknown> = {}): Promise<Run> {
    return this.ok('POST', '/executions/', { project: projectId, commit, step, ...more });
  }

  /** Waits until `done` holds for the execution. */
  async until(id: string, done: (run: Run) => boolean, seconds = 60): Promise<Run> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const run: Run = await this.ok('GET', `/executions/${id}/`);
      if (done(run)) return run;
      if (Date.now() > deadline) {
        const log = (await this.log(id)).map(({ message }) => message).join('\n');
        // Else it would keep the worker from the tests that follow, and they would fail with it.
        await this.call('POST', `/executions/${id}/stop/`);
        throw new Error(
          `execution ${run.counter} is ${run.status} (${run.status_detail}) after ${seconds} s; its log:\n${log}`,
        );
      }
      await sleep(100);
    }
  }

  end(id: string, seconds = 60): Promise<Run> {
    return this.until(id, (run) => ENDED.includes(run.status), seconds);
  }

  async log(id: string): Promise<LogEvent[]> {
    return (await this.ok('GET', `/executions/${id}/events/?limit=0`)).events;
  }

  async download(datumId: string): Promise<Buffer> {
    const { url } = await this.ok('GET', `/data/${datumId}/download/`);
    return Buffer.from(await (await fetch(new URL(url, this.base))).arrayBuffer());
  }
}

export async function packageOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return Buffer.concat(await Array.fromAsync(tar.pipe(createGzip())));
}

/** A `valohai.yaml` with one step. */
export const oneStep = (command: string | string[], image = 'python:3.12-slim', extra = '') =>
  `- step:\n    name: go\n    image: ${image}\n    command:\n${[command]
    .flat()
    .map((c) => `      - ${JSON.stringify(c)}`)
    .join('\n')}\n${extra}`;
