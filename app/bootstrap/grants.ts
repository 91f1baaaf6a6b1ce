/** What each service may do in the database: the API nearly everything, the scheduler what its jobs need. */
import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../platform/postgres.ts';
import type { Database } from '../platform/tables.ts';
import { SERVICE_ROLES } from './roles.ts';

type Table = keyof Database;
/** Reaping, the doorbell, the log archive and the machines. */
const SCHEDULER: [privileges: string, tables: Table[]][] = [
  [
    'SELECT',
    [
      'environments',
      'workers',
      'projects',
      'executions',
      'attempts',
      'log_chunks',
      'control_plane',
      'scaling',
      'worker_stacks',
      'worker_stack_orders',
      'scheduler_passes',
      'quotas',
      'claims',
      'execution_counts',
    ],
  ],
  ['UPDATE', ['executions', 'attempts', 'control_plane', 'workers', 'scaling', 'scheduler_passes']],
  [
    'INSERT',
    ['log_chunks', 'audit', 'scaling', 'worker_stack_orders', 'scheduler_passes', 'execution_counts'],
  ],
  ['DELETE', ['workers', 'claims', 'execution_counts']],
];
const { api, scheduler } = SERVICE_ROLES;

/** Gives every right anew, so that one that is no longer listed goes. Run as the schema's owner, after a migration. */
export async function grantRights(db: Kysely<Database>): Promise<void> {
  const statements = [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${api}, ${scheduler}`,
    `GRANT USAGE ON SCHEMA public TO ${api}, ${scheduler}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${api}`,
    // What was done stays written.
    `REVOKE UPDATE, DELETE ON audit FROM ${api}`,
    `REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM ${api}`,
    ...SCHEDULER.map(([privileges, tables]) => `GRANT ${privileges} ON ${tables.join(', ')} TO ${scheduler}`),
  ];
  await withTransaction(db, async (tx) => {
    for (const statement of statements) await sql.raw(statement).execute(tx);
  });
}
