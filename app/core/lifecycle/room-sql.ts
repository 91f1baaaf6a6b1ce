/** Whether a job fits on a machine, as the SQL store asks it: the same as `booked` and `fits` of `protocol/room.ts`. */
import { type RawBuilder, sql } from 'kysely';

/** Rounding of a machine's cores into shares is no reason to refuse a job. */
const EPSILON = 1e-6;

const asked = (path: string) =>
  sql`(executions.runtime_config #> ${sql.lit(`{kubernetes,containers,workload,resources,${path}}`)})`;
/** What was kept before it was checked says nothing. */
const number = (path: string) =>
  sql<number>`(CASE WHEN jsonb_typeof(${asked(path)}) = 'number' THEN ${asked(path)}::float8 END)`;
const of = (resources: RawBuilder<unknown>, name: string) =>
  sql<number>`(${resources} ->> ${sql.lit(name)})::float8`;
const devices = (
  share: RawBuilder<unknown>,
) => sql`(CASE WHEN jsonb_typeof(${asked('limits,devices')}) = 'object'
  THEN ${asked('limits,devices')} ELSE ${share} -> 'devices' END)`;

/** Over `executions`. `free` and `share`: JSON of `Resources`. */
export const fitsIn = (
  free: RawBuilder<unknown>,
  share: RawBuilder<unknown>,
): RawBuilder<boolean> => sql<boolean>`(
  coalesce(${number('requests,cpu')}, least(${number('limits,cpu')}, ${of(share, 'cpus')})) <= ${of(free, 'cpus')} + ${sql.lit(EPSILON)}
  AND greatest(${number('requests,memory')} * 1048576, least(${number('limits,memory')} * 1048576, ${of(share, 'memory')}))
    <= ${of(free, 'memory')}
  AND NOT EXISTS (SELECT FROM jsonb_each(${devices(share)}) device
    WHERE jsonb_typeof(device.value) = 'number'
      AND device.value::float8 > coalesce((${free} -> 'devices' ->> device.key)::float8, 0)))`;

/** Over `executions`: it does not count as any job does. */
export const ASKS = sql<boolean>`(${asked('requests')} IS NOT NULL OR ${asked('limits')} IS NOT NULL)`;
/** Over `executions`. */
export const HAS_MOUNTS = sql<boolean>`(coalesce(executions.runtime_config -> 'mounts', '[]') <> '[]')`;
/** Over `workers`: it reads the mounts of a job. Older ones do not, and would run it without them. */
export const MOUNTS_THEM = sql<boolean>`coalesce(workers.info ->> 'mounts' = 'true', false)`;

const LIVING = sql`workers.environment_id = executions.environment_id
  AND workers.last_seen > now() - interval '1 minute'`;

/** As the worker told it; older ones did not. */
const WHOLE = sql`(workers.info -> 'whole')`;

/** Over `executions`: what a job that no machine of its environment could ever hold is told; null for every other one. */
export const TOO_LARGE = sql<string | null>`(CASE WHEN ${ASKS}
  THEN (SELECT CASE WHEN count(*) > 0 AND bool_and(workers.info -> 'whole' IS NOT NULL AND NOT ${fitsIn(WHOLE, WHOLE)})
    THEN 'Waits: it asks for ' || concat_ws(', ',
        ${number('requests,cpu')}::text || ' cores',
        ${number('requests,memory')}::text || ' MiB of memory',
        (SELECT string_agg(device.value || ' ' || device.key, ', ' ORDER BY device.key)
          FROM jsonb_each_text(CASE WHEN jsonb_typeof(${asked('limits,devices')}) = 'object'
            THEN ${asked('limits,devices')} END) device))
      || ', more than any machine here has. The largest: ' || concat_ws(', ',
        max(${of(WHOLE, 'cpus')})::text || ' cores',
        floor(max(${of(WHOLE, 'memory')}) / 1048576)::text || ' MiB of memory',
        coalesce(max((workers.info #>> '{whole,devices,nvidia.com/gpu}')::int),
          CASE WHEN ${asked('limits,devices')} IS NOT NULL THEN 0 END)::text || ' nvidia.com/gpu')
      || '.' END
    FROM workers WHERE ${LIVING}) END)`;

/** Over `executions`: what a job with mounts is told where all workers of its environment are older than mounts; else null. */
export const TOO_OLD = sql<
  string | null
>`(CASE WHEN ${HAS_MOUNTS} THEN (SELECT CASE WHEN count(*) > 0 AND NOT bool_or(${MOUNTS_THEM})
    THEN 'Waits: it mounts folders, and worker ' || min(workers.name) || ' is too old for that'
      || CASE WHEN count(*) > 1 THEN ', as all others here are.' ELSE '.' END END
  FROM workers WHERE ${LIVING}) END)`;
