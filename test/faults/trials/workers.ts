/** What happens to a worker: killed, asked to go, killed while it uploads. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breakable, Lane } from '../../support/breakable.ts';
import { containersLabelled } from '../../support/docker.ts';
import { endedAt, judge, judgeAll, judgeLane, merge, type Verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { counting, some, type Trial } from './trial.ts';

const isStarted = ({ status }: { status: string }) => status === 'started';

/** Kills the lane's worker under a job, some time after `begun`; gives the verdict once the platform has noticed. */
async function killed(at: Breakable, lane: Lane, begun = async () => true): Promise<Verdict> {
  const [worker] = lane.workers;
  if (worker === undefined) throw new Error('a lane without a worker');
  await worker.start();
  const id = await lane.submit(counting(600));
  await at.api.until(id, isStarted);
  await until('the job has begun', begun, 30);
  await sleep(some(0, 2_000));
  const killedAt = Date.now();
  await worker.end('SIGKILL');
  const found = await judgeAll(at, [id], { status: ['crashed'] }, 30);
  found.noticed.push(((await endedAt(at, id)) - killedAt) / 1000);
  const last = (await at.api.log(id)).at(-1);
  if (!/worker stopped answering/.test(last?.message ?? ''))
    found.wrong.push(`${id}: its last line is "${last?.message}"`);
  return found;
}

/** It comes back, finds what it left and takes the next job. */
async function returned(at: Breakable, lane: Lane): Promise<Verdict> {
  await lane.workers[0]?.start();
  const next = await lane.submit('true');
  return merge([await judgeAll(at, [next]), await judgeLane(lane)]);
}

export const workerKilled: Trial = {
  number: 1,
  title: 'kill -9 of the worker in the middle of a job: noticed in 15 s, one end, the last line says why',
  async play(at, lane) {
    return merge([await killed(at, lane), await returned(at, lane)]);
  },
};

export const workerKilledWithContainer: Trial = {
  number: 1,
  title: 'the container of a killed worker is reaped when it returns',
  needs: ['docker', 'image'],
  lane: { executor: 'docker' },
  async play(at, lane) {
    const owner = `cove.owner=${lane.workers[0]?.folder}`;
    const isThere = async () => (await containersLabelled(owner)).length === 1;
    const found = await killed(at, lane, isThere);
    if (!(await isThere())) found.wrong.push('there was no container to reap');
    return merge([found, await returned(at, lane)]);
  },
};

export const workerKilledUnderAPolicy: Trial = {
  number: 1,
  title:
    'kill -9 of the worker of a job that may be run again: another worker brings it to its end, one log tells both attempts, what comes late is refused',
  lane: { workers: 2 },
  async play(at, lane) {
    const [first, second] = lane.workers;
    if (first === undefined || second === undefined) throw new Error('a lane without two workers');
    await at.api.ok('PATCH', `/environments/${lane.environmentId}/`, { max_retries: 1 });
    await first.start();
    const id = await lane.submit(`echo line 0 > $VH_OUTPUTS_DIR/out.txt; ${counting(60)}`);
    await at.api.until(id, isStarted);
    await until('it runs', async () => (await at.api.log(id)).some(({ message }) => message === 'line 3'));
    const killedAt = Date.now();
    await first.end('SIGKILL');
    await second.start();
    // Back when its lease is over: what it left of its own attempt is refused.
    const again = await at.api.until(id, ({ attempt }) => attempt === 2);
    await first.start();
    const found = await judgeAll(at, [id], { lines: 60 });
    const [lost, last] = await at.api.ok('GET', `/executions/${id}/attempts/`);
    found.noticed.push((Date.parse(lost.ended_at) - killedAt) / 1000);
    if (!lost.run_again || lost.refused_reports === 0 || lost.worker !== first.name)
      found.wrong.push(`${id}: of its first attempt is said ${JSON.stringify(lost)}`);
    if (last.worker !== second.name) found.wrong.push(`${id}: ${last.worker} ran it again`);
    const log = (await at.api.log(id)).map(({ message }) => message);
    const told = log.findIndex((message) => /worker stopped answering/.test(message));
    const [before, after] = [log.slice(0, told), log.slice(told)];
    if (!before.includes('line 3') || !/attempt 2 of at most 2 follows/.test(after[1] ?? ''))
      found.wrong.push(`${id}: its log does not tell both attempts: ${log.join(' | ')}`);
    const { outputs } = await at.api.ok('GET', `/executions/${id}/`);
    if (outputs.length !== 1) found.wrong.push(`${id} has ${outputs.length} outputs, after ${again.status}`);
    return merge([found, await judgeLane(lane)]);
  },
};

export const workerAskedToGo: Trial = {
  number: 3,
  title: 'SIGTERM of the worker: the job comes to its end, no new one is taken, exit code 0',
  async play(at, lane) {
    const [worker] = lane.workers;
    if (worker === undefined) throw new Error('a lane without a worker');
    await worker.start();
    const id = await lane.submit(counting(20));
    await at.api.until(id, isStarted);
    const ending = worker.end('SIGTERM');
    const waiting = await lane.submit('true');
    const code = await ending;
    const found = await judge(at, id, { lines: 20 });
    if (code !== 0) found.wrong.push(`${worker.name} exited with ${code}`);
    const { status } = await at.api.ok('GET', `/executions/${waiting}/`);
    if (status !== 'queued') found.wrong.push(`${waiting} is ${status}, though the worker was asked to go`);
    await worker.start();
    return merge([found, await judgeAll(at, [waiting]), await judgeLane(lane)]);
  },
};
