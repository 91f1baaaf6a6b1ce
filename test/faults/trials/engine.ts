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
      await until(
        'the one that never ends tells that nothing arrives',
        async () => {
          const { reason, numbers } = await at.api.ok('GET', `/executions/${slow}/waiting/`);
          return reason === 'image' && numbers.layers_total === 1 && numbers.bytes_per_second === 0;
        },
        30,
      );
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

const MIB = 1024 * 1024;

export const diskFullInAPull: Trial = {
  number: 13,
  title:
    "the Engine's disk is full in the middle of a pull: images that are only kept go first, then it is named, nothing is left behind, the next job runs",
  needs: ['docker', 'image'],
  lane: { executor: 'docker', slots: 2 },
  async play(at, lane) {
    const registry = await faultyRegistry({ kept: 60 * MIB, larger: 80 * MIB, endless: 400 * MIB });
    const engine = await startOwnEngine({ freeBytes: 110 * MIB });
    try {
      const [worker] = lane.workers;
      worker!.settings = { dockerSocket: engine.socket };
      await worker!.start();
      const told = verdict();
      const before = await engine.used();
      /** Images and what is unpacked of them, but for what every Engine writes down for itself. */
      const left = async (when: string) => {
        const more = (await engine.used()) - before;
        if (more > 4 * MIB) told.wrong.push(`${when}, ${Math.round(more / MIB)} MiB are left of it`);
        const images = await engine.docker('images', '--quiet', '--filter', `reference=${registry.host}/*`);
        if (images !== '') told.wrong.push(`${when}, images are left: ${images}`);
      };
      const run = async (name: string, status: string, wanted: RegExp[]) => {
        const id = await lane.submit('true', { image: `${registry.host}/${name}:1` });
        const found = await judgeAll(at, [id], { status: [status] }, 90);
        const { status_detail } = await at.api.ok('GET', `/executions/${id}/`);
        const text = [...(await at.api.log(id)).map(({ message }) => message), status_detail].join('\n');
        for (const one of wanted) if (!one.test(text)) found.wrong.push(`${name}: ${one} is not in ${text}`);
        return found;
      };
      const running = await lane.submit(counting(100));
      // That nothing in them can be started is their own fault.
      const found = [
        await run('kept', 'error', [/Pulled image .*kept:1/]),
        await run('larger', 'error', [/only kept \(1\)/, /Pulled image .*larger:1/]),
        await run('endless', 'crashed', [
          /only kept \(1\)/,
          /endless:1 could not be pulled: .*no space left.* The Docker Engine's disk is full: free some/,
        ]),
      ];
      await left('after the pull that failed');
      const next = await lane.submit('echo line 1');
      found.push(await judgeAll(at, [next], { lines: 1 }, 40));
      found.push(await judgeAll(at, [running], { lines: 100 }));
      return merge([...found, told, await judgeLane(lane)]);
    } finally {
      await endWorker(lane);
      await engine.close();
      await registry.close();
    }
  },
};
