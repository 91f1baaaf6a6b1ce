/** The targets that the scenarios run on; the first one has them all in `npm test`, every one with `--all`. */
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { gcp } from './gcp.ts';
import { kubernetes } from './kubernetes.ts';
import { sample } from './sample.ts';
import type { Target } from './target.ts';

export const targets: Target[] = [sample, aws, azure, kubernetes, gcp];
