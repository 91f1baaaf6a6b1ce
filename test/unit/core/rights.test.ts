import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertCan, can, VERBS } from '../../../app/core/rights.ts';
import { higher, inherited, ROLES, roleIn } from '../../../app/core/roles.ts';

const role = fc.constantFrom(...ROLES);
const roleOrNone = fc.option(role, { nil: null });
const verb = fc.constantFrom(...VERBS);

test('a higher role may all that a lower one may', () => {
  fc.assert(
    fc.property(role, role, verb, (a, b, v) => {
      const [low, high] = ROLES.indexOf(a) <= ROLES.indexOf(b) ? [a, b] : [b, a];
      expect(!can(low, v) || can(high, v)).toBe(true);
    }),
  );
});

test('nobody may anything without a role, and an owner everything', () => {
  for (const v of VERBS) {
    expect(can(null, v)).toBe(false);
    expect(can('owner', v)).toBe(true);
  }
});

test('a viewer reads and does nothing else', () => {
  expect(VERBS.filter((v) => can('viewer', v)).every((v) => v.endsWith('.read'))).toBe(true);
  expect(VERBS.filter((v) => v.endsWith('.read') && !can('viewer', v))).toEqual([]);
});

test('deleting a project or an organisation is the owner’s alone', () => {
  for (const v of ['project.delete', 'organization.delete'] as const) {
    expect(ROLES.filter((r) => can(r, v))).toEqual(['owner']);
  }
});

test('no access is told as 404, too few rights as 403', () => {
  fc.assert(
    fc.property(roleOrNone, verb, (r, v) => {
      let code: string | null = null;
      try {
        assertCan(r, v, 'It');
      } catch (error) {
        code = (error as { code: string }).code;
      }
      expect(code).toBe(r === null ? 'not_found' : can(r, v) ? null : 'forbidden');
    }),
  );
});

test('of several roles the highest counts, in whichever order they are looked at', () => {
  fc.assert(
    fc.property(roleOrNone, roleOrNone, roleOrNone, (a, b, c) => {
      expect(higher(a, b)).toBe(higher(b, a));
      expect(higher(higher(a, b), c)).toBe(higher(a, higher(b, c)));
    }),
  );
});

test('a team’s project is closed to members of the organisation outside the team', () => {
  expect(inherited('member', true, false)).toBeNull();
  expect(inherited('member', true, true)).toBe('member');
  expect(inherited('admin', true, false)).toBe('admin');
  expect(inherited('viewer', false, false)).toBe('viewer');
});

test('one more membership never takes rights away', () => {
  const project = { id: 'p', organization_id: 'o', team_id: 't' as string | null };
  fc.assert(
    fc.property(
      roleOrNone,
      roleOrNone,
      fc.boolean(),
      fc.boolean(),
      role,
      (org, own, inTeam, ofTeam, more) => {
        const mine = (extra: 'none' | 'project' | 'team') => ({
          all: false as const,
          organizations: new Map(org ? [['o', org]] : []),
          projects: new Map(extra === 'project' ? [['p', higher(own, more)!]] : own ? [['p', own]] : []),
          teams: new Set(inTeam || extra === 'team' ? ['t'] : []),
        });
        const there = { ...project, team_id: ofTeam ? 't' : null };
        const before = roleIn(mine('none'), there);
        for (const extra of ['project', 'team'] as const) {
          expect(higher(before, roleIn(mine(extra), there))).toBe(roleIn(mine(extra), there));
        }
      },
    ),
  );
});
