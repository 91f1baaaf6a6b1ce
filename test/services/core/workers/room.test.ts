/** Jobs go to machines that have room for them: what the database says is what the pure rule says. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExecution } from '../../../../app/core/executions/create.ts';
import { getExecution } from '../../../../app/core/executions/get.ts';
import { forWorker } from '../../../../app/core/executions/runtime-config.ts';
import { stopExecution } from '../../../../app/core/executions/stop.ts';
import { claim } from '../../../../app/core/workers/claim.ts';
import { hello } from '../../../../app/core/workers/hello.ts';
import { booked, fits, GPU, type Resources, shareOf } from '../../../../app/protocol/room.ts';
import { type Person, type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { makeWorld, type World } from '../../../support/runs.ts';

const GIB = 2 ** 30;
let test: TestPlatform;
let world: World;
let owner: Person;
beforeAll(async () => {
  test = await testPlatform();
  owner = await test.person('ada');
  world = await makeWorld(test, owner);
});
afterAll(() => test?.close());

type Asked = { requests?: object; limits?: object };
async function queue(resources: Asked | null): Promise<string> {
  const { execution } = await createExecution(owner.context, {
    project: world.projectId,
    commit: world.identifier,
    step: 'plain',
    ...(resources && { runtime_config: { kubernetes: { containers: { workload: { resources } } } } }),
  });
  return execution.id;
}
const whole: Resources = { cpus: 8, memory: 32 * GIB, devices: { [GPU]: 4 } };
const share = shareOf(whole, 4);
const room = (free: Partial<Resources>) => ({ free: { ...whole, ...free }, share, whole });
const take = (left: ReturnType<typeof room>) =>
  claim(world.worker, {
    executionId: randomUUID(),
    claimId: randomUUID(),
    room: left,
    baseUrl: 'http://x',
  }).then(
    ({ execution_id }) => execution_id,
    (error) => error.reason,
  );
const stop = (execution: string) => stopExecution(owner.context, { execution });

const CASES: [Asked | null, Partial<Resources>][] = [
  [null, {}],
  [null, { cpus: 1.9 }],
  [null, { memory: 7 * GIB }],
  [null, { devices: {} }],
  [{ limits: { devices: {} } }, { devices: {} }],
  [{ limits: { devices: { [GPU]: 2 } } }, { devices: { [GPU]: 1 } }],
  [{ limits: { devices: { [GPU]: 2 } } }, { devices: { [GPU]: 2 } }],
  [{ limits: { devices: { 'amd.com/gpu': 1 } } }, {}],
  [{ requests: { cpu: 3 }, limits: { cpu: 3 } }, { cpus: 2.5 }],
  [{ requests: { cpu: 0.5 } }, { cpus: 0.5 }],
  [{ limits: { cpu: 64, memory: 999_999 } }, {}],
  [{ limits: { cpu: 1 } }, { cpus: 1 }],
  [{ requests: { memory: 20 * 1024 } }, { memory: 19 * GIB }],
  [{ requests: { memory: 20 * 1024 } }, { memory: 20 * GIB }],
  [{ limits: { memory: 512 } }, { memory: GIB / 2 }],
];
it.each(CASES)('of %j with %j left the database says what the rule says', async (resources, left) => {
  const id = await queue(resources);
  const config = resources ? { kubernetes: { containers: { workload: { resources } } } } : {};
  const expected = fits(booked(forWorker(config), share), room(left).free);
  expect(await take(room(left))).toBe(expected ? id : 'not_claimable');
  await stop(id);
  if (expected)
    await test.platform.db
      .updateTable('attempts')
      .set({ ended_at: new Date() })
      .where('execution_id', '=', id)
      .execute();
});

it('a large job is passed by for a while, then its turn is kept; one that never fits is passed by for good', async () => {
  const large = await queue({ requests: { cpu: 6 } });
  const never = await queue({ requests: { cpu: 60 } });
  const small = await queue(null);
  const other = await queue(null);
  expect(await take(room({ cpus: 4 }))).toBe(small);
  await test.platform.db
    .updateTable('executions')
    .set({ queued_at: new Date(Date.now() - 16 * 60_000) })
    .where('id', 'in', [large, never])
    .execute();
  expect(await take(room({ cpus: 4 }))).toBe('not_claimable');
  expect(await take(room({ cpus: 6 }))).toBe(large);
  expect(await take(room({ cpus: 4 }))).toBe(other);
  for (const id of [never, large, small, other]) await stop(id);
});

it('what is larger than every machine of the environment says so, and what would help', async () => {
  const told = { protocol: 1, version: '0', hostname: 'h', cpus: 8, memory: 1, executors: ['docker'] };
  const detail = async (execution: string) =>
    (await getExecution(owner.context, { execution, outputs: false })).execution.status_detail;
  const asks = { requests: { cpu: 2, memory: 1024 }, limits: { devices: { [GPU]: 8 } } };
  const [large, plain, fitting] = [
    await queue(asks),
    await queue(null),
    await queue({ requests: { cpu: 8 } }),
  ];
  await hello(world.worker, told);
  expect(await detail(large)).not.toContain('more than any machine');
  await hello(world.worker, { ...told, whole });
  expect(await detail(large)).toBe(
    'Waits: it asks for 2 cores, 1024 MiB of memory, 8 nvidia.com/gpu, more than any machine here has. The largest: 8 cores, 32768 MiB of memory, 4 nvidia.com/gpu. 0 of 1 machines could hold it. Ask for less, or choose another environment.',
  );
  for (const one of [plain, fitting]) expect(await detail(one)).toMatch(/^Waits for its turn/);
  await hello(world.worker, { ...told, whole: { ...whole, devices: {} } });
  expect(await detail(large)).toMatch(/The largest: .* 0 nvidia.com\/gpu. 0 of 1 machines could hold it/);
});
