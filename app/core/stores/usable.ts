/** Which stores a project's jobs may use, and which a person may see. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Actor } from '../context.ts';
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';

export interface ProjectOfStores {
  id: string;
  organization_id: string;
  team_id: string | null;
}

/** For queries over `stores`: living ones that the project may use. */
const usableBy = ({
  id,
  organization_id,
  team_id,
}: ProjectOfStores) => sql<boolean>`(stores.deleted_at IS NULL
  AND (stores.access_mode = 'public'
    OR (stores.access_mode = 'single_project' AND stores.project_id = ${id})
    OR (stores.access_mode = 'owner_organization' AND stores.organization_id = ${organization_id})
    OR (stores.access_mode = 'teams' AND stores.organization_id = ${organization_id}
      AND ${team_id}::uuid = ANY(stores.team_ids))))`;

/** Nearest first: the project's own, its teams', its organisation's, everybody's. */
const NEARNESS = sql`array_position(ARRAY['single_project', 'teams', 'owner_organization', 'public'], stores.access_mode)`;

export const usableStores = (db: Kysely<Database>, project: ProjectOfStores) =>
  db
    .selectFrom('stores')
    .selectAll('stores')
    .where(usableBy(project))
    .orderBy(NEARNESS)
    .orderBy('stores.ctime')
    .orderBy('stores.id')
    .execute();
export type UsableStore = Awaited<ReturnType<typeof usableStores>>[number];

/** A store by id or name, as YAML, requests and settings name it. Complains about `field`. */
export async function findUsableStore(
  db: Kysely<Database>,
  project: ProjectOfStores,
  text: string,
  { field, write = false }: { field: string; write?: boolean },
): Promise<UsableStore> {
  const all = await usableStores(db, project);
  const found = all.find(({ id, name }) =>
    isUuid(text) ? id === text.toLowerCase() : name.toLowerCase() === text.toLowerCase(),
  );
  if (!found) {
    const has = all.map(({ name }) => name).join(', ');
    throw invalid(
      field,
      `There is no data store ${text} for this project; it has: ${has}.`,
      'does_not_exist',
    );
  }
  if (write && !found.allow_write)
    throw invalid(field, `The data store ${found.name} does not allow writing (allow_write).`);
  return found;
}

/** For queries over `stores`: living ones that the person may see. Who administers an organisation sees all of its stores. */
export function visibleStores(actor: Actor) {
  if (actor.kind === 'system') return sql<boolean>`stores.deleted_at IS NULL`;
  if (actor.kind !== 'user') return sql<boolean>`false`;
  return sql<boolean>`(stores.deleted_at IS NULL AND (stores.access_mode = 'public'
    OR EXISTS (SELECT FROM organization_members m WHERE m.organization_id = stores.organization_id
      AND m.user_id = ${actor.userId} AND (m.role IN ('owner', 'admin') OR stores.access_mode = 'owner_organization'))
    OR (stores.access_mode = 'teams' AND EXISTS (SELECT FROM team_members t
      WHERE t.team_id = ANY(stores.team_ids) AND t.user_id = ${actor.userId}))
    OR (stores.access_mode = 'single_project' AND EXISTS (SELECT FROM projects p
      LEFT JOIN project_members pm ON pm.project_id = p.id AND pm.user_id = ${actor.userId}
      LEFT JOIN organization_members om ON om.organization_id = p.organization_id AND om.user_id = ${actor.userId}
      WHERE p.id = stores.project_id AND p.deleted_at IS NULL AND (pm.role IS NOT NULL
        OR (om.role IS NOT NULL AND (p.team_id IS NULL OR EXISTS (SELECT FROM team_members t
          WHERE t.team_id = p.team_id AND t.user_id = ${actor.userId}))))))))`;
}
