/** What a job may show to the API: derived from its attempt's token, good for nothing but this one execution. */
import { createHash, timingSafeEqual } from 'node:crypto';

export const jobToken = (attemptToken: string): string =>
  createHash('sha256').update(`job:${attemptToken}`).digest('hex');

export function isJobToken(given: string, attemptToken: string): boolean {
  const expected = Buffer.from(jobToken(attemptToken));
  const found = Buffer.from(given);
  return found.length === expected.length && timingSafeEqual(found, expected);
}
