/** Every policy on every target it holds for: what keeps to it passes, what does not is told in words. */
import { describe, expect, it, test } from 'vitest';
import { policies } from '../../../policies/catalog.ts';
import { TARGETS, tell } from '../../../policies/policy.ts';
import type { Resource } from '../../../policies/resource.ts';
import { guarded, UNKNOWN_TEXT } from '../../../policies/unknown.ts';
import { type Case, factsFor } from './cases/case.ts';
import { data } from './cases/data.ts';
import { identity } from './cases/identity.ts';
import { machines } from './cases/machines.ts';
import { network } from './cases/network.ts';
import { tls } from './cases/tls.ts';

const cases: Case[] = [...network, ...tls, ...data, ...identity, ...machines];
const policyOf = (id: string) => policies.find((policy) => policy.id === id)!;
const told = (one: Case, resources: Case['ok']) =>
  policyOf(one.policy)
    .check({ resources, facts: factsFor(one) })
    .map(({ found }) => found);

const withUnknown = (of: Resource, key: string): Resource => ({
  ...of,
  props: guarded({ ...of.props, [key]: UNKNOWN_TEXT }),
});

describe.each(cases.map((one) => [`${one.policy} on ${one.target}: ${one.says.source}`, one] as const))(
  '%s',
  (_name, one) => {
    it('passes what keeps to it', () => expect(told(one, one.ok)).toEqual([]));
    it('tells what does not', () => expect(told(one, one.bad).join('\n')).toMatch(one.says));
    it('bears what a preview does not know yet', () => {
      for (const resources of [one.ok, one.bad])
        for (const [index, { props }] of resources.entries())
          for (const key of [...Object.keys(props), 'id', 'name', 'purpose'])
            told(one, resources.with(index, withUnknown(resources[index]!, key)));
    });
  },
);

test('there are forty, each with an id of its own', () => {
  expect(new Set(policies.map(({ id }) => id)).size).toBe(40);
});

test('each has a case on every target it holds for, and on no other', () => {
  const wanted = policies.flatMap(({ id, levels }) =>
    TARGETS.filter((target) => levels[target] !== '-').map((target) => `${id} ${target}`),
  );
  const present = new Set(cases.map(({ policy, target }) => `${policy} ${target}`));
  expect([...present].sort()).toEqual(wanted.sort());
});

test('what is said reads as a sentence', () => {
  for (const policy of policies) {
    expect(tell(policy, 'found')).toMatch(/^[A-Z0-9]+-\d\d: found\. Needed: .*[^.]\. To do: .*[^.]\.$/);
    expect(policy.why).toMatch(/\.$/);
  }
});
