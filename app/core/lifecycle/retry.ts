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

/** Whether an attempt follows the one that was lost. Attempts count from 1. */
export const hasRetry = (attempt: number, maxRetries: number): boolean => attempt <= maxRetries;
