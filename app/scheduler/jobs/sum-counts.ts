/** Keeps counting the ended executions of a project cheap. */
import { sumCounts } from '../../core/executions/sum-counts.ts';
import type { Job } from '../runner.ts';

export const sums: Job = { name: 'sums', everySeconds: 10, run: sumCounts };
