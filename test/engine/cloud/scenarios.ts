/** What every installation in a cloud must survive, told once for all targets. */
import { expect } from 'vitest';
import type { CloudResource, FakeCloud } from '../../fakes/cloud/cloud.ts';
import type { FakeStack } from '../../fakes/cloud/with.ts';
import { judged } from './policies.ts';
import { type Target, VARIANTS, type Variant } from './target.ts';

export interface Scenario {
  name: string;
  /** The stack is fresh and its cloud prepared. Says how many policies looked at what was made. */
  run(target: Target, stack: FakeStack): Promise<number>;
  /** Runs on every target in `npm test`; the rest on one, and on all with `--all`. */
  everywhere?: boolean;
  /** @default 'one environment' */
  variant?: Variant;
  /** Ends the engine at work: what it has written down by then is all that is known. */
  kills?: boolean;
}

const twice = (labels: string[]) => labels.filter((one, index) => labels.indexOf(one) !== index);
const label = ({ type, name }: CloudResource) => `${type} ${name}`;
const madeBy = (cloud: FakeCloud, before: Set<CloudResource>) =>
  cloud
    .all()
    .filter((resource) => !before.has(resource))
    .map(label)
    .sort();

/** The cloud holds what the engine remembers, each once; another `up` finds nothing to do; and no policy forbids it. */
async function settled(target: Target, stack: FakeStack, variant: Variant = 'one environment') {
  const { resources, pending } = await stack.remembered();
  expect(pending).toBe(0);
  expect(stack.cloud.all().map(label)).toEqual(expect.arrayContaining(resources));
  const program = programOf(target, variant);
  expect((await stack.up(program)).changes).toEqual([]);
  const { looked, violations } = await judged(program, stack);
  expect(violations).toEqual([]);
  return looked;
}

const programOf = (target: Target, variant: Variant) =>
  target.programs[variant] ?? target.programs['one environment'];
const creations = (changes: string[]) => changes.filter((change) => change.startsWith('create ')).length;

const fullLife: Scenario = {
  name: 'full life',
  everywhere: true,
  async run(target, stack) {
    const { cloud } = stack;
    const program = target.programs['one environment'];
    const before = new Set(cloud.all());

    const foreseen = await stack.preview(program);
    expect(madeBy(cloud, before)).toEqual([]);
    const made = await stack.up(program);
    expect(made.changes).toEqual(foreseen.changes);
    const looked = await settled(target, stack);

    for (const change of target.changes) {
      const { changes } = await stack.up(change.program);
      expect(changes.length, `${change.what} changes something`).toBeGreaterThan(0);
      const unexpected = changes.filter((one) => !change.expected.some((pattern) => pattern.test(one)));
      expect(unexpected, change.what).toEqual([]);
      await stack.up(program);
    }

    const lost = cloud.all(target.vanishing).find((resource) => !before.has(resource));
    expect(lost, `something of ${target.vanishing}`).toBeDefined();
    await cloud.vanish(lost!);
    await stack.refresh();
    expect((await stack.remembered()).resources).not.toContain(label(lost!));
    expect((await stack.up(program)).changes).toEqual([`create ${label(lost!)}`]);

    await destroyed(target, stack, before);
    return looked;
  },
};

/** What is protected stays with what it stands on, both listed; a purge takes the rest. */
async function destroyed(target: Target, stack: FakeStack, before: Set<CloudResource>) {
  const { cloud } = stack;
  if (target.leaving !== undefined) await stack.up(target.leaving);
  const { protected: kept } = await stack.remembered();
  await stack.destroy({ excludeProtected: true });
  const left = await stack.remembered();
  expect(madeBy(cloud, before)).toEqual(left.resources);
  expect(left.protected).toEqual(kept);
  expect(left.loose).toEqual([]);
  await stack.up(target.purging);
  await stack.destroy();
  expect(madeBy(cloud, before)).toEqual([]);
}

const failureInTheMiddle: Scenario = {
  name: 'one failure in the middle, then up',
  async run(target, stack) {
    const program = target.programs['one environment'];
    const half = Math.floor(creations((await stack.preview(program)).changes) / 2);
    stack.cloud.fail({ verb: 'create', after: half, message: 'InternalFailure: try again later' });
    stack.cloud.fail({ verb: 'create', after: 3, message: 'not healthy yet', partial: true });
    await expect(stack.up(program)).rejects.toThrow(/InternalFailure|not healthy/);
    await stack.up(program).catch(() => stack.up(program));
    return settled(target, stack);
  },
};

const killInTheMiddle: Scenario = {
  name: 'a kill in the middle, then up',
  kills: true,
  async run(target, stack) {
    const program = target.programs['one environment'];
    const before = new Set(stack.cloud.all());
    const half = Math.floor(creations((await stack.preview(program)).changes) / 2);
    const held = stack.cloud.hold({ verb: 'create', after: half });
    const cut = expect(stack.up(program)).rejects.toThrow();
    await held.reached;
    await stack.kill();
    const { addressOf } = target;
    // Where it can be found again, the cloud goes on with what it was asked for, and nobody hears of it.
    if (addressOf === undefined) held.drop();
    else held.open();
    await cut;
    expect((await stack.remembered()).pending).toBeGreaterThan(0);
    await stack.settle(addressOf && ((type, inputs) => addressOf(type, inputs, stack.cloud)));
    await stack.up(program);
    const looked = await settled(target, stack);
    if (addressOf !== undefined) {
      const again = twice(madeBy(stack.cloud, before));
      expect(again.filter((one) => target.harmlessTwice?.test(one) !== true)).toEqual([]);
    }
    return looked;
  },
};

const slowCloud: Scenario = {
  name: 'a slow cloud',
  async run(target, stack) {
    stack.cloud.slow({ verb: 'create' }, 400);
    await stack.up(target.programs['one environment']);
    expect(stack.cloud.mostAtOnce).toBeGreaterThan(3);
    stack.cloud.calm();
    return settled(target, stack);
  },
};

const quotaRefused: Scenario = {
  name: 'a quota, then up',
  async run(target, stack) {
    const program = target.programs['one environment'];
    stack.cloud.quota(target.scarce, stack.cloud.all(target.scarce).length);
    await expect(stack.up(program)).rejects.toThrow('LimitExceeded');
    stack.cloud.calm();
    await stack.up(program);
    return settled(target, stack);
  },
};

const variant = (name: Variant): Scenario => ({
  name,
  variant: name,
  async run(target, stack) {
    const before = new Set(stack.cloud.all());
    const program = programOf(target, name);
    const { changes } = await stack.up(program);
    expect(madeBy(stack.cloud, before)).toHaveLength(creations(changes));
    return settled(target, stack, name);
  },
});

export const scenarios: Scenario[] = [
  fullLife,
  failureInTheMiddle,
  killInTheMiddle,
  slowCloud,
  quotaRefused,
  ...VARIANTS.filter((name) => name !== 'one environment').map(variant),
];
