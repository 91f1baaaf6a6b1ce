/** Machines of Azure, from their boot documents to a finished job. */
import { azure } from '../support/booting/azure.ts';
import { machinesLive } from './life.ts';

machinesLive(azure);
