/** The Docker Engine goes away under a job. */

import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from '../../support/docker.ts';
import { faultyRegistry } from '../../support/faulty-registry.ts';
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

export const imagesThatCannotBeHad: Trial = {
  number: 13,
  title:
    'an image whose registry is busy, has it no more, has it for another processor, or never ends: named, tried again only where that helps, other jobs go on',
  needs: ['docker', 'image'],
  lane: { executor: 'docker', slots: 5 },
  async play(at, lane) {
    const registry = await faultyRegistry();
    const image = (name: string) => `${registry.host}/${name}:1`;
    try {
      await lane.workers[0]!.start();
      const start = (name: string) => lane.submit('true', { image: image(name) });
      const [slow, gone, foreign, busy] = [
        await start('slow'),
        await start('gone'),
        await start('foreign'),
        await start('busy'),
      ];
      const next = await lane.submit('echo line 1');
      const found = [
        await judgeAll(at, [next], { lines: 1 }),
        await judgeAll(at, [gone, foreign, busy], { status: ['error'] }, 90),
      ];
      const told = verdict();
      const says = async (id: string, wanted: RegExp) => {
        const { status_detail } = await at.api.ok('GET', `/executions/${id}/`);
        if (!wanted.test(status_detail))
          told.wrong.push(`${id} ended with "${status_detail}", not ${wanted}`);
      };
      await says(gone, /gone:1 could not be pulled.*manifest.*(unknown|not found)/);
      await says(foreign, /foreign:1 could not be pulled.*no matching manifest/);
      if ((registry.asked.gone ?? 0) > 2)
        told.wrong.push(`what is gone was asked for ${registry.asked.gone} times`);
      // It was had at last; that nothing in it can be started is its own fault.
      const log = (await at.api.log(busy)).map(({ message }) => message).join('\n');
      if (!/trying again/.test(log) || !/Pulled image/.test(log)) told.wrong.push(`${busy}: ${log}`);
      const { status } = await at.api.ok('GET', `/executions/${slow}/`);
      if (status !== 'started') told.wrong.push(`${slow} is ${status}, though its image never comes`);
      await at.api.ok('POST', `/executions/${slow}/stop/`);
      found.push(await judgeAll(at, [slow], { status: ['stopped'] }, 20));
      return merge([...found, told, await judgeLane(lane)]);
    } finally {
      await endWorker(lane);
      await registry.close();
      await docker('image', 'rm', image('busy')).catch(() => {});
    }
  },
};
