/** The policies over what a scenario has made, as the engine remembers it: no analyzer is started for it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { policies } from '../../../policies/catalog.ts';
import { findingsOf, linked, type Told } from '../../../policies/engine/pack.ts';
import { factsOf } from '../../../policies/facts.ts';
import { levelFor, tell } from '../../../policies/policy.ts';
import type { FakeStack } from '../../fakes/cloud/with.ts';
import { configOf } from './config.ts';
import type { Target } from './target.ts';

interface Remembered {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  protect?: boolean;
  ignoreChanges?: string[];
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}
export interface Verdict {
  /** How many policies looked at it. */
  looked: number;
  /** What forbids it. */
  violations: string[];
}

/** Zero policies for a program without a config. */
export async function judged(program: Target['purging'], stack: FakeStack): Promise<Verdict> {
  const config = configOf(program);
  if (config === undefined) return { looked: 0, violations: [] };
  return judgedAs({ name: 'test', config }, stack);
}

/** The same for any stack that a config describes. */
export async function judgedAs(which: Parameters<typeof factsOf>[0], stack: FakeStack): Promise<Verdict> {
  const facts = factsOf(which);
  const resources = linked(await remembered(stack, which.name));
  const strict = policies.filter((policy) => levelFor(policy, facts) !== '-');
  const violations = strict
    .filter((policy) => levelFor(policy, facts) === 'mandatory')
    .flatMap((policy) => {
      const seen = policy.scope === 'stack' ? [resources] : resources.map((one) => [one]);
      return seen
        .flatMap((some) => findingsOf(policy, some, facts))
        .map(({ resource, found }) => `${resource?.name ?? ''} ${tell(policy, found)}`);
    });
  return { looked: strict.length, violations };
}

async function remembered({ folder }: FakeStack, name: string): Promise<Told[]> {
  const text = await readFile(join(folder, '.pulumi', 'stacks', 'cove', `${name}.json`), 'utf8');
  const all: Remembered[] = JSON.parse(text).checkpoint.latest.resources ?? [];
  const made = new Map<string, Told>(
    all.map(({ urn, type, inputs = {}, protect = false, ignoreChanges = [] }) => [
      urn,
      {
        urn,
        type,
        name: urn.split('::').at(-1) ?? '',
        props: inputs,
        opts: { protect, ignoreChanges },
        dependencies: [],
        propertyDependencies: {},
      },
    ]),
  );
  const known = (urns: string[] | null = []) => (urns ?? []).flatMap((urn) => made.get(urn) ?? []);
  for (const { urn, dependencies, propertyDependencies } of all) {
    const own = made.get(urn)!;
    own.dependencies = known(dependencies);
    own.propertyDependencies = Object.fromEntries(
      Object.entries(propertyDependencies ?? {}).map(([name, urns]) => [name, known(urns)]),
    );
  }
  return [...made.values()];
}
