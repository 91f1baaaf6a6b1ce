/** What an installation has after years: executions with their attempts, files, log pieces and metadata points, as rows. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../app/platform/tables.ts';

export interface Past {
  projectId: string;
  commitId: string;
  environmentId: string;
  creatorId: string;
  /** How many executions to add; they end one after the other, the newest just now. */
  executions: number;
}

/** One in 20 failed, one in 100 was stopped, one in 500 crashed. Rows are as wide as those of a real job. */
export async function addExecutions(db: Kysely<Database>, past: Past): Promise<void> {
  const { projectId, commitId, environmentId, creatorId, executions } = past;
  await quietly(db, async (own) => {
    await sql`
      WITH start AS (SELECT execution_counter AS counter FROM projects WHERE id = ${projectId})
      INSERT INTO executions (project_id, counter, commit_id, environment_id, creator_id, step, title, tags, image, command,
        interpolated_command, parameters, inputs, runtime_config, status, status_detail, attempt, exit_code,
        cumulative_metadata, executor_identity, ctime, mtime, queued_at, started_at, end_time)
      SELECT ${projectId}, start.counter + n, ${commitId}, ${environmentId}, ${creatorId},
        (ARRAY['train', 'evaluate', 'preprocess-images', 'tune', 'export'])[1 + n % 5],
        CASE WHEN n % 3 = 0 THEN '' ELSE 'Learning rate ' || md5(n::text) END,
        CASE WHEN n % 50 = 0 THEN '{keep,baseline}'::text[] ELSE '{}' END,
        'registry.example.com/team/training:2026.11', '["pip install -r requirements.txt", "python train.py {parameters}"]',
        'pip install -r requirements.txt' || chr(10) || 'python train.py --epochs=20 --rate=0.001 --seed=' || n
          || ' --optimizer=adam --schedule=cosine --augment --checkpoint-every=500',
        jsonb_build_object('epochs', 20, 'rate', 0.001, 'seed', n, 'optimizer', 'adam', 'schedule', 'cosine'),
        jsonb_build_array(jsonb_build_object('name', 'data', 'urls', jsonb_build_array('datum://' || gen_random_uuid()),
          'download', 'on-start', 'keep_directories', 'none', 'filename', null)),
        '{}', status, CASE WHEN status = 'complete' THEN '' ELSE 'The command ended with exit code 1.' END, 1,
        CASE WHEN status = 'complete' THEN 0 ELSE 1 END,
        jsonb_build_object('epoch', 20, 'loss', random(), 'accuracy', random(), '_time', '2026-11-26T10:00:00.000000'),
        'worker-' || n % 40, ended - interval '11 minutes', ended, ended - interval '11 minutes',
        ended - interval '10 minutes', ended
      FROM start, generate_series(1, ${executions}) n,
        LATERAL (SELECT CASE WHEN n % 500 = 7 THEN 'crashed' WHEN n % 100 = 5 THEN 'stopped' WHEN n % 20 = 3 THEN 'error'
          ELSE 'complete' END AS status, now() - make_interval(mins => ${executions} - n) AS ended) one`.execute(
      own,
    );
    await sql`UPDATE projects SET execution_counter = execution_counter + ${executions} WHERE id = ${projectId}`.execute(
      own,
    );
    await sql`
      INSERT INTO attempts (execution_id, number, token, lease_expires_at, started_at, ended_at, end_status, exit_code,
        reason, log_lines, claim_id)
      SELECT id, 1, gen_random_uuid(), end_time, started_at, end_time, status, exit_code, status_detail, 900, gen_random_uuid()
      FROM executions WHERE project_id = ${projectId} AND end_time IS NOT NULL
      ON CONFLICT DO NOTHING`.execute(own);
    await sql`
      INSERT INTO log_chunks (execution_id, attempt, first_seq, last_seq, storage_key, bytes)
      SELECT id, 1, 1, 900, 'logs/' || id || '/1/1-900.ndjson.gz', 20000
      FROM executions WHERE project_id = ${projectId} AND end_time IS NOT NULL
      ON CONFLICT DO NOTHING`.execute(own);
    await sql`
      INSERT INTO datums (project_id, output_execution_id, name, size, storage_key, md5, sha1, sha256, ctime)
      SELECT project_id, id, 'model.pt', 40000000, 'projects/' || project_id || '/outputs/' || id || '/model.pt',
        md5(id::text), repeat('0', 40), repeat('0', 64), end_time
      FROM executions WHERE project_id = ${projectId} AND status = 'complete'
        AND NOT EXISTS (SELECT FROM datums WHERE output_execution_id = executions.id)`.execute(own);
    // No trigger saw them.
    await sql`DELETE FROM execution_counts`.execute(own);
    await sql`INSERT INTO execution_counts (project_id, status, environment_id, creator_id, step, n, summed)
      SELECT project_id, status, environment_id, creator_id, step, count(*), true FROM executions
      WHERE deleted_at IS NULL AND end_time IS NOT NULL GROUP BY 1, 2, 3, 4, 5`.execute(own);
  });
}

/** Points for every execution of the project, and `long` for its newest one. */
export async function addPoints(
  db: Kysely<Database>,
  { projectId, each, long }: { projectId: string; each: number; long: number },
): Promise<void> {
  await quietly(db, async (own) => {
    // Half the writing; it is read the same.
    await sql`ALTER TABLE metadata_points SET UNLOGGED`.execute(own);
    await sql`
      INSERT INTO metadata_points (execution_id, attempt, seq, time, value)
      SELECT id, 1, seq, started_at + make_interval(secs => seq), jsonb_build_object('epoch', seq, 'loss', 1.0 / seq)
      FROM (SELECT id, started_at, counter = max(counter) OVER () AS newest FROM executions
        WHERE project_id = ${projectId} ORDER BY id) run,
        LATERAL generate_series(1, CASE WHEN newest THEN ${long}::int ELSE ${each}::int END) seq`.execute(
      own,
    );
  });
}

/** What autovacuum does in time, at once: statistics, and which pages an index alone can answer for. */
export async function settle(db: Kysely<Database>): Promise<void> {
  for (const table of [
    'executions',
    'execution_counts',
    'attempts',
    'log_chunks',
    'datums',
    'metadata_points',
    'projects',
  ])
    await sql`VACUUM ANALYZE ${sql.table(table)}`.execute(db);
}

/** The rows are right by themselves: asking for each whether what it refers to is there would take most of the time. */
async function quietly(db: Kysely<Database>, work: (own: Kysely<Database>) => Promise<void>): Promise<void> {
  await db.connection().execute(async (own) => {
    await sql`SET session_replication_role = replica`.execute(own);
    try {
      await work(own);
    } finally {
      await sql`RESET session_replication_role`.execute(own);
    }
  });
}
