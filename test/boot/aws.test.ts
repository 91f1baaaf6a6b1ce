/** Machines of AWS, from their boot documents to a finished job. */
import { aws } from '../support/booting/aws.ts';
import { machinesLive } from './life.ts';

machinesLive(aws);
