/** The targets that the scenarios run on; the first one has them all in `npm test`. */
import { aws } from './aws.ts';
import type { Target } from './target.ts';

export const targets: Target[] = [aws];
