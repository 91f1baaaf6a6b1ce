/** What a list shows and what a detail allows must be the same, however somebody came to belong. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listProjects } from '../../../../app/core/projects/list.ts';
import { requireProject } from '../../../../app/core/rights.ts';
import { memberships, ROLES, roleIn } from '../../../../app/core/roles.ts';
import { type Person, type TestPlatform, testPlatform } from '../../../support/platform.ts';

let platform: TestPlatform;
let owner: Person;
beforeAll(async () => {
  platform = await testPlatform();
  owner = await platform.person('owner');
});
afterAll(() => platform?.close());

const ALL = { limit: null, offset: 0, count: true, ordering: { field: 'name', direction: 'asc' } } as const;

test('every way to belong, in every combination', async () => {
  const { db } = platform.platform;
  const organization = await platform.organization('combined', [[owner, 'owner']]);
  const team = await db
    .insertInto('teams')
    .values({ organization_id: organization, name: 'team' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const projects = await db
    .insertInto('projects')
    .values(
      [null, team.id].map((team_id, i) => ({
        organization_id: organization,
        team_id,
        name: `p${i}`,
        default_environment_id: null,
        creator_id: null,
      })),
    )
    .returningAll()
    .execute();
  let n = 0;
  for (const inOrganization of [null, ...ROLES]) {
    for (const inProject of [null, 'viewer', 'member', 'admin'] as const) {
      for (const inTeam of [false, true]) {
        n += 1;
        const person = await platform.person(`person${n}`);
        const ids = { user_id: person.id };
        if (inOrganization) {
          const row = { ...ids, organization_id: organization, role: inOrganization };
          await db.insertInto('organization_members').values(row).execute();
        }
        if (inTeam)
          await db
            .insertInto('team_members')
            .values({ ...ids, team_id: team.id })
            .execute();
        for (const { id } of inProject ? projects : []) {
          await db
            .insertInto('project_members')
            .values({ ...ids, project_id: id, role: inProject! })
            .execute();
        }
        const mine = await memberships(db, person.context.actor);
        const listed = (await listProjects(person.context, ALL)).rows.map(({ id }) => id);
        for (const project of projects) {
          const role = roleIn(mine, project);
          const said = [inOrganization, inProject, inTeam, project.name, role];
          expect([...said, listed.includes(project.id)]).toEqual([...said, role !== null]);
          const read = requireProject(db, person.context, project.id, 'project.read');
          if (role === null) await expect(read).rejects.toMatchObject({ code: 'not_found' });
          else expect((await read).id).toBe(project.id);
        }
      }
    }
  }
});

test('nobody and workers see nothing, the platform itself everything', async () => {
  const as = (actor: Person['context']['actor']) => ({ platform: platform.platform, actor });
  expect((await listProjects(as({ kind: 'anonymous' }), ALL)).count).toBe(0);
  const worker = {
    kind: 'worker',
    workerId: owner.id,
    environmentId: owner.id,
    environmentSlug: 'x',
  } as const;
  expect((await listProjects(as(worker), ALL)).count).toBe(0);
  expect((await listProjects(as({ kind: 'system', name: 'test' }), ALL)).count).toBe(2);
});
