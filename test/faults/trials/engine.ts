/** The Docker Engine goes away under a job. */
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { startOwnEngine } from '../../support/own-engine.ts';
import { until } from '../../support/process.ts';
import { counting, some, type Trial } from './trial.ts';

const engineKilled = (liveRestore: boolean): Trial => ({
  number: 12,
  title: liveRestore
    ? 'dockerd killed under a job, with live-restore: the container is found again and comes to its own end'
    : 'dockerd killed under a job: the run is told as lost with the Engine, the worker takes the next one',
  needs: ['docker', 'image'],
  lane: { executor: 'docker' },
  async play(at, lane) {
    const engine = await startOwnEngine({ liveRestore });
    try {
      const [worker] = lane.workers;
      worker!.settings = { dockerSocket: engine.socket };
      await worker!.start();
      const id = await lane.submit(counting(60));
      const begun = async () => (await at.api.log(id)).some(({ message }) => message === 'line 3');
      await until('the command runs', begun, 30);
      await engine.kill();
      await sleep(some(500, 1_500));
      await engine.start();
      const found = await judgeAll(at, [id], { status: liveRestore ? ['complete'] : ['crashed'] }, 40);
      const told = (await at.api.log(id)).filter(({ stream }) => stream === 'status');
      if (!told.some(({ message }) => /Docker Engine was lost/.test(message)))
        found.wrong.push(`${id} does not tell that the Engine was lost`);
      const next = await lane.submit('echo line 1');
      const after = await judgeAll(at, [next], { lines: 1 }, 40);
      const left = await engine.docker('ps', '-aq', '--filter', 'label=cove.execution');
      const clean = verdict();
      if (left !== '') clean.wrong.push(`containers are left: ${left}`);
      return merge([found, after, clean, await judgeLane(lane)]);
    } finally {
      await endWorker(lane);
      await engine.close();
    }
  },
});
const endWorker = (lane: Parameters<Trial['play']>[1]) => lane.workers[0]!.end('SIGKILL');

export const engineKilledWithLiveRestore = engineKilled(true);
export const engineKilledWithout = engineKilled(false);
