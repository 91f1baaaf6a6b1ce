import { sql } from 'kysely';
import { LEASE_SECONDS } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';

/**
 * How often the API says that it and the database answer, and how long a silence counts as an outage of ours: as long
 * as a heartbeat's pause, else two short outages in a row, neither of them noticed, take a living worker's lease away.
 */
export const PULSE_SECONDS = 1;
export const SILENCE_SECONDS = 3;

/** Seconds since the API last said so. */
export async function silenceOfControlPlane({ db }: Pick<Platform, 'db'>): Promise<number> {
  const { rows } = await sql<{ silence: number }>`
    SELECT extract(epoch FROM now() - last_seen)::float8 AS silence FROM control_plane`.execute(db);
  return rows[0]?.silence ?? Number.POSITIVE_INFINITY;
}

/** Since when a worker could reach us, in milliseconds since 1970: its silence counts from then. Now, while it cannot. */
export async function reachableSince({ db }: Platform): Promise<number> {
  const { rows } = await sql<{ since: Date }>`
    SELECT CASE WHEN now() - last_seen > make_interval(secs => ${SILENCE_SECONDS}) THEN now()
      ELSE coalesce(returned_at, 'epoch') END AS since FROM control_plane`.execute(db);
  return (rows[0]?.since ?? new Date()).getTime();
}

/** What a pulse reads and sets. */
interface Plane {
  silence(): Promise<number>;
  renewAll(leaseSeconds: number): Promise<number>;
  /** Seen now; `returned`: after a silence. */
  mark(returned: boolean): Promise<unknown>;
}

/**
 * Says that API and database answer. After a silence, in which no worker could prolong its lease, every living lease
 * gets one full term first: the reaper sees the new pulse only behind that. Gives how many leases were renewed.
 */
export async function pulse(plane: Plane): Promise<{ silence: number; renewed: number }> {
  const silence = await plane.silence();
  const returned = silence > SILENCE_SECONDS;
  const renewed = returned ? await plane.renewAll(LEASE_SECONDS) : 0;
  await plane.mark(returned);
  return { silence, renewed };
}

/** Gives how many leases were renewed. */
export async function touchControlPlane(platform: Platform): Promise<number> {
  const { silence, renewed } = await pulse({
    silence: () => silenceOfControlPlane(platform),
    renewAll: (seconds) => platform.runs.renewAll(seconds),
    mark: (returned) =>
      sql`UPDATE control_plane SET last_seen = now(),
        returned_at = CASE WHEN ${returned} THEN now() ELSE returned_at END`.execute(platform.db),
  });
  if (renewed > 0)
    platform.log.info({ silence, renewed }, 'after a silence of our own every lease begins anew');
  return renewed;
}
