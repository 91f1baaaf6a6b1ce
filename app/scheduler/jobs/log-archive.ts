/** Moves what ended runs left in Redis to the object store. */
import { archiveEnded } from '../../core/logs/archive-ended.ts';
import type { Job } from '../runner.ts';

export const logArchive: Job = { name: 'log-archive', everySeconds: 30, run: archiveEnded };
