/** Everything that addresses name, with a few statements however many there are. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { readableProjects } from '../roles.ts';
import { type Address, datasetUri } from './address.ts';

export interface Found {
  /** Those that the actor may read. */
  datums: Map<string, { name: string; purged: boolean; store: string; allow_read: boolean }>;
  /** Of the project: the file that each stands for. */
  aliases: Map<string, string>;
  /** By the address that was asked for: the version itself, and its files in a fixed order. */
  versions: Map<string, { id: string; name: string; files: string[] }>;
}

export async function lookUp(
  db: Kysely<Database>,
  context: Context,
  projectId: string,
  addresses: readonly Address[],
): Promise<Found> {
  const [aliases, versions] = await Promise.all([
    aliasesOf(
      db,
      projectId,
      addresses.flatMap((one) => (one.kind === 'alias' ? [one.name] : [])),
    ),
    versionsOf(
      db,
      projectId,
      addresses.flatMap((one) => (one.kind === 'dataset' ? [one] : [])),
    ),
  ]);
  const ids = new Set([
    ...addresses.flatMap((one) => (one.kind === 'datum' ? [one.id] : [])),
    ...aliases.values(),
    ...[...versions.values()].flatMap(({ files }) => files),
  ]);
  const datums = await readable(db, context, [...ids]);
  return { aliases, versions, datums };
}

async function readable(db: Kysely<Database>, context: Context, ids: string[]): Promise<Found['datums']> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('datums')
    .innerJoin('projects', 'projects.id', 'datums.project_id')
    .innerJoin('stores', 'stores.id', 'datums.store_id')
    .select(['datums.id', 'datums.name', 'datums.purged', 'stores.name as store', 'stores.allow_read'])
    .where(sql<boolean>`datums.id = ANY (${ids}::uuid[])`)
    .where(readableProjects(context.actor))
    .execute();
  return new Map(rows.map(({ id, ...about }) => [id, about]));
}

async function aliasesOf(
  db: Kysely<Database>,
  projectId: string,
  names: string[],
): Promise<Found['aliases']> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('datum_aliases')
    .select(['name', 'datum_id'])
    .where('project_id', '=', projectId)
    .where('name', 'in', names)
    .execute();
  return new Map(rows.map(({ name, datum_id }) => [name, datum_id]));
}

interface Wanted {
  dataset: string;
  version: string;
}
async function versionsOf(
  db: Kysely<Database>,
  projectId: string,
  wanted: readonly Wanted[],
): Promise<Found['versions']> {
  const found = await Promise.all(
    wanted.map(async ({ dataset, version }) => {
      const row = await findVersion(db, projectId, { dataset, version });
      if (row === undefined) return [];
      const files = await db
        .selectFrom('dataset_version_files')
        .innerJoin('datums', 'datums.id', 'dataset_version_files.datum_id')
        .select('datums.id')
        .where('version_id', '=', row.id)
        .orderBy('datums.name')
        .orderBy('datums.id')
        .execute();
      return [[datasetUri(dataset, version), { ...row, files: files.map(({ id }) => id) }] as const];
    }),
  );
  return new Map(found.flat());
}

/** The version of that name or, where none has it, the one that an alias of that name stands for. */
export async function findVersion(
  db: Kysely<Database>,
  projectId: string,
  { dataset, version }: Wanted,
): Promise<{ id: string; name: string; dataset_id: string } | undefined> {
  return db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .leftJoin('dataset_version_aliases', (join) =>
      join
        .onRef('dataset_version_aliases.version_id', '=', 'dataset_versions.id')
        .on('dataset_version_aliases.name', '=', version),
    )
    .select(['dataset_versions.id', 'dataset_versions.name', 'dataset_versions.dataset_id'])
    .where('datasets.project_id', '=', projectId)
    .where('datasets.name', '=', dataset)
    .where((eb) =>
      eb.or([eb('dataset_versions.name', '=', version), eb('dataset_version_aliases.name', '=', version)]),
    )
    .orderBy((eb) => eb('dataset_versions.name', '=', version), 'desc')
    .executeTakeFirst();
}
