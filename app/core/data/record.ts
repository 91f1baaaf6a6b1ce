/** A datum as details and lists show it. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';

export const selectData = (db: Kysely<Database>) =>
  db
    .selectFrom('datums')
    .innerJoin('projects', 'projects.id', 'datums.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('executions', 'executions.id', 'datums.output_execution_id')
    .select([
      'datums.id',
      'datums.name',
      'datums.size',
      'datums.md5',
      'datums.sha1',
      'datums.sha256',
      'datums.metadata',
      'datums.tags',
      'datums.purged',
      'datums.ctime',
      'datums.file_ctime',
      'datums.file_mtime',
      'datums.storage_key',
      'datums.store_id',
      'projects.id as project_id',
      'projects.name as project_name',
      'projects.organization_id',
      'projects.team_id',
      'organizations.name as owner_name',
      'executions.id as execution_id',
      'executions.counter as execution_counter',
      'executions.step as execution_step',
    ])
    .select(
      sql<string[]>`ARRAY (SELECT a.name FROM datum_aliases a WHERE a.datum_id = datums.id
        AND a.project_id = datums.project_id ORDER BY a.name)`.as('aliases'),
    );

export type DatumRecord = Awaited<ReturnType<ReturnType<typeof selectData>['executeTakeFirstOrThrow']>>;
