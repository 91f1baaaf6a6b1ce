/** What happens to a worker: killed, asked to go, killed while it uploads. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breakable, Lane } from '../../support/breakable.ts';
import { containersLabelled } from '../../support/docker.ts';
import { endedAt, judge, judgeAll, judgeLane, merge, type Verdict } from '../../support/judgement.ts';
import { counting, some, type Trial } from './trial.ts';

const isStarted = ({ status }: { status: string }) => status === 'started';

/** Kills the lane's worker under a job; gives the verdict once the platform has noticed. */
async function killed(at: Breakable, lane: Lane): Promise<Verdict> {
  const [worker] = lane.workers;
  if (worker === undefined) throw new Error('a lane without a worker');
  await worker.start();
  const id = await lane.submit(counting(600));
  await at.api.until(id, isStarted);
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
    const found = await killed(at, lane);
    const owner = `cove.owner=${lane.workers[0]?.folder}`;
    if ((await containersLabelled(owner)).length !== 1) found.wrong.push('there was no container to reap');
    return merge([found, await returned(at, lane)]);
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
