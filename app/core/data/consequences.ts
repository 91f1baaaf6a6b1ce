import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { requireDatum } from './get.ts';

/** What the loss of a file's bytes touches, as sentences for a person; names are only those of its own project. */
export async function consequencesOfPurge(context: Context, input: { datum: string }): Promise<string> {
  const datum = await requireDatum(context, input.datum, 'data.read');
  const { rows } = await sql<{ used: number; waiting: number; aliases: string[]; versions: string[] }>`SELECT
    (SELECT count(DISTINCT execution_id)::int FROM execution_inputs WHERE datum_id = ${datum.id}) AS used,
    (SELECT count(DISTINCT e.id)::int FROM execution_inputs i JOIN executions e ON e.id = i.execution_id
      WHERE i.datum_id = ${datum.id} AND e.status IN ('created', 'queued')) AS waiting,
    ARRAY (SELECT name FROM datum_aliases WHERE datum_id = ${datum.id} AND project_id = ${datum.project_id} ORDER BY name LIMIT 10) AS aliases,
    ARRAY (SELECT 'dataset://' || d.name || '/' || v.name FROM dataset_version_files f
      JOIN dataset_versions v ON v.id = f.version_id JOIN datasets d ON d.id = v.dataset_id
      WHERE f.datum_id = ${datum.id} AND d.project_id = ${datum.project_id} ORDER BY 1 LIMIT 10) AS versions`.execute(
    context.platform.db,
  );
  const { used = 0, waiting = 0, aliases = [], versions = [] } = rows[0] ?? {};
  const executions = (n: number) => (n === 1 ? '1 execution' : `${n} executions`);
  return [
    used > 0 ? `${executions(used)} took it in and cannot be repeated.` : '',
    waiting > 0 ? `${executions(waiting)} of these still wait, and will end as errors.` : '',
    aliases.length > 0 ? `Aliases that stand for it: ${aliases.join(', ')}.` : '',
    versions.length > 0 ? `Not whole any more: ${versions.join(', ')}.` : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
