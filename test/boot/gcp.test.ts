/** Machines of Google Cloud, from their boot documents to a finished job. */
import { gcp } from '../support/booting/gcp.ts';
import { machinesLive } from './life.ts';

machinesLive(gcp);
