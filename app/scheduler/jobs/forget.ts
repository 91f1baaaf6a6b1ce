/** Removes what is kept for a while only. */
import { forgetClaims } from '../../core/workers/forget-claims.ts';
import type { Job } from '../runner.ts';

export const forget: Job = { name: 'forget', everySeconds: 120, run: forgetClaims };
