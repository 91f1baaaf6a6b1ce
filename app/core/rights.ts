/**
 * Who may do what (design 18). One pure table; every verb asks it.
 * No access at all is told as 404, too few rights as 403.
 */
import type { Kysely } from 'kysely';
import type { Database } from '../platform/tables.ts';
import type { Role } from '../platform/words.ts';
import type { Context } from './context.ts';
import { CoveError, forbidden, notFound } from './errors.ts';
import { isUuid } from './ids.ts';
import { memberships, operatorRole, organizationRole, ROLES, roleFrom, roleIn, roleParts } from './roles.ts';

/** The least role that may. */
const LEAST = {
  'organization.read': 'viewer',
  'organization.update': 'admin',
  'organization.members': 'admin',
  'organization.owners': 'owner',
  'organization.delete': 'owner',
  'team.read': 'viewer',
  'team.update': 'admin',
  'variable_group.read': 'viewer',
  'variable_group.use': 'member',
  'variable_group.update': 'admin',
  'project.create': 'member',
  'project.read': 'viewer',
  'project.update': 'member',
  'project.members': 'admin',
  'project.variables': 'member',
  'project.secrets': 'admin',
  'project.delete': 'owner',
  'repository.read': 'viewer',
  'repository.update': 'admin',
  'repository.fetch': 'member',
  'commit.read': 'viewer',
  'commit.import': 'member',
  'execution.read': 'viewer',
  'execution.create': 'member',
  'execution.update': 'member',
  'execution.stop': 'member',
  'execution.delete': 'member',
  'data.read': 'viewer',
  'data.write': 'member',
  'data.purge': 'member',
  'store.manage': 'admin',
  'registry.manage': 'admin',
  'environment.read': 'viewer',
  'environment.update': 'admin',
  'environment.pause': 'admin',
  'quota.read': 'viewer',
  'quota.manage': 'admin',
  'secret.list': 'admin',
  'secret.write': 'admin',
  'metrics.scrape': 'member',
} as const satisfies Record<string, Role>;
export type Verb = keyof typeof LEAST;
export const VERBS = Object.keys(LEAST) as Verb[];

/** Whether the role may. More rank never means fewer rights. */
export const can = (role: Role | null, verb: Verb): boolean =>
  role !== null && ROLES.indexOf(role) >= ROLES.indexOf(LEAST[verb]);

/** Throws 404 without a role, 403 with too small a one. `what` exists for those who may see it. */
export function assertCan(role: Role | null, verb: Verb, what: string): void {
  if (role === null) throw notFound(what);
  if (!can(role, verb)) {
    throw forbidden(`${verb.replace('.', ': ')} (${what}); your role is ${role}, needed is ${LEAST[verb]}`);
  }
}

/** The signed-in person. Throws 401 for anybody else. */
export function requireUser(context: Context): { userId: string; username: string } {
  if (context.actor.kind === 'user') return context.actor;
  throw new CoveError(
    'unauthenticated',
    'Authentication credentials were not provided. Send a token or log in.',
  );
}

type Tx = Kysely<Database>;

/** What belongs to the whole installation is its operator's. Too few rights are 403, never 404: a program takes that for "gone". */
export async function requireOperator(tx: Tx, context: Context, verb: Verb, what: string): Promise<void> {
  requireUser(context);
  assertCan((await operatorRole(tx, context.actor)) ?? 'viewer', verb, what);
}

/** The living project, if the actor may do this with it. */
export async function requireProject(tx: Tx, context: Context, projectId: string, verb: Verb) {
  const found = isUuid(projectId)
    ? await tx
        .selectFrom('projects')
        .selectAll()
        .select(roleParts(context.actor))
        .where('id', '=', projectId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (!found) throw notFound(`Project ${projectId}`);
  const { by_organization, by_project, in_team, ...project } = found;
  const parts = { by_organization, by_project, in_team };
  assertCan(roleFrom(context.actor, project.team_id, parts), verb, `Project ${projectId}`);
  return project;
}

/** The project that a list is of. One that is not there, or another's, is an error: an empty list would say that it has nothing. */
export async function requireListedProject(
  tx: Tx,
  context: Context,
  projectId: string | undefined,
): Promise<void> {
  if (projectId !== undefined) await requireProject(tx, context, projectId, 'project.read');
}

/** Of what was found through `readableProjects`: reading it needs no other look. Throws 403. */
export async function assertMay(
  tx: Tx,
  context: Context,
  row: { project_id: string; organization_id: string; team_id: string | null },
  verb: Verb,
  what: string,
): Promise<void> {
  if (LEAST[verb] === 'viewer') return;
  const { project_id: id, organization_id, team_id } = row;
  assertCan(roleIn(await memberships(tx, context.actor), { id, organization_id, team_id }), verb, what);
}

/** The organisation, if the actor may do this with it. */
export async function requireOrganization(tx: Tx, context: Context, organizationId: string, verb: Verb) {
  const organization = isUuid(organizationId)
    ? await tx.selectFrom('organizations').selectAll().where('id', '=', organizationId).executeTakeFirst()
    : undefined;
  if (!organization) throw notFound(`Organization ${organizationId}`);
  assertCan(
    await organizationRole(tx, context.actor, organization.id),
    verb,
    `Organization ${organizationId}`,
  );
  return organization;
}
