/**
 * `npm run bench -- first-line [ROUNDS]`: from submitting a job to its first log line at a client that follows it live,
 * against the bare Docker Engine API with the same image and command, in turns (ABAB) in one run.
 */
import { rm } from 'node:fs/promises';
import Docker from 'dockerode';
import type { Api } from '../support/api.ts';
import { oneStep } from '../support/api.ts';
import { cove, coveOk, login, planInstallation } from '../support/installation.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';

const IMAGE = process.env.COVE_BENCH_IMAGE ?? 'python:3.12-slim';
const COMMAND = 'echo first line; sleep 0.2';
const ROUNDS = Number(process.argv[2] ?? 20);
const WARM_UP = 3;
const GOAL_MS = 60;

const docker = new Docker();

/** Create, attach, start, first byte: the least that anybody needs. */
async function bare(): Promise<number> {
  const start = performance.now();
  const container = await docker.createContainer({
    Image: IMAGE,
    Cmd: ['/bin/sh', '-c', COMMAND],
  });
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const firstLine = new Promise<number>((resolve) =>
    stream.once('data', () => resolve(performance.now() - start)),
  );
  await container.start();
  const took = await firstLine;
  await container.wait();
  await container.remove();
  return took;
}

async function through(api: Api, projectId: string, commit: string): Promise<number> {
  const start = performance.now();
  const { id } = await api.create(projectId, commit, 'go');
  const response = await fetch(`${api.base}/api/v0/executions/${id}/events/stream/`, {
    headers: { authorization: `Token ${api.token}`, accept: 'text/event-stream' },
  });
  let text = '';
  let took: number | undefined;
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(bytes).toString();
    if (took === undefined && text.includes('"message":"first line"')) took = performance.now() - start;
    if (text.includes('event: end')) break;
  }
  if (took === undefined) throw new Error(`execution ${id} ended without its line:\n${text}`);
  return took;
}

const at = await planInstallation('bench');
try {
  await docker.ping();
  await coveOk(at, ['up', '--yes']);
  const api = await login(at);
  const project = await api.ok('POST', '/projects/', { name: 'bench' });
  const commit = await api.importPackage(project.id, { 'valohai.yaml': oneStep(COMMAND, IMAGE) });
  const samples = { bare: [] as number[], cove: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const a = await bare();
    const b = await through(api, project.id, commit);
    if (round < 0) continue;
    samples.bare.push(a);
    samples.cove.push(b);
  }
  const ms = (value: number) => value.toFixed(0);
  const row = (name: string, sample: number[]) => [name, ms(median(sample)), ms(percentile(sample, 0.9))];
  console.log(`${machine()}\n${ROUNDS} rounds in turns, image ${IMAGE}`);
  printTable([
    ['ms to the first line', 'p50', 'p90'],
    row('bare Docker API', samples.bare),
    row('Cove', samples.cove),
  ]);
  const more = median(samples.cove) - median(samples.bare);
  const ratio = median(samples.cove) / median(samples.bare);
  console.log(`${ms(more)} ms more (goal: at most ${GOAL_MS}), ratio ${ratio.toFixed(2)}`);
  if (more > GOAL_MS) console.log(`MISSED by ${ms(more - GOAL_MS)} ms`);
} finally {
  await cove(at, ['destroy', '--yes', '--purge', at.name]);
  await rm(at.home, { recursive: true, force: true });
}
