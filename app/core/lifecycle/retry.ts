/** What happens after a loss that is not the job's own doing: how often an execution is run again. Pure. */

/** As often where a step or a request asks for it and the environment names no number. */
export const AUTORESTARTS = 3;
/** An environment's number is at most this. */
export const MOST_RETRIES = 20;

/**
 * `autorestart` (contract 1.6) of the execution: false: never; true: also where the environment does not by itself; without
 * it, as often as the environment says.
 */
export function retriesOf(autorestart: unknown, environment: { max_retries: number }): number {
  if (autorestart === false) return 0;
  if (autorestart === true && environment.max_retries === 0) return AUTORESTARTS;
  return environment.max_retries;
}

const FIRST_PAUSE_SECONDS = 5;
const GROWTH = 3;
/** At most so long an execution that was lost waits before it may begin again. */
export const LONGEST_PAUSE_SECONDS = 300;

/** Seconds between the loss of an attempt and the next: what broke a machine or a store needs time to be mended. */
export const pauseAfter = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * GROWTH ** (attempt - 1));

/** Whether an attempt follows the one that was lost. Attempts count from 1. */
export const hasRetry = (attempt: number, maxRetries: number): boolean => attempt <= maxRetries;
