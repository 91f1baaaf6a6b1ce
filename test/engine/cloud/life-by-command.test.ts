/** A whole life by the command line: in AWS always, in the other clouds with `npm run test:engine -- --all`. */
import { describe } from 'vitest';
import { aws } from './commanded/aws.ts';
import { azure } from './commanded/azure.ts';
import { gcp } from './commanded/gcp.ts';
import { commandedWorkers } from './commanded/workers.ts';
import { lifeByCommand } from './life-by-command.ts';
import { workersByCommand } from './workers-by-command.ts';

const all = process.env.COVE_TEST_ALL === 'true';

describe('in AWS', () => lifeByCommand(aws));
if (all) describe('in Azure', () => lifeByCommand(azure));
if (all) describe('in Google Cloud', () => lifeByCommand(gcp));
if (all) describe('workers in AWS', () => workersByCommand(commandedWorkers.aws));
if (all) describe('workers in Azure', () => workersByCommand(commandedWorkers.azure));
if (all) describe('workers in Google Cloud', () => workersByCommand(commandedWorkers.gcp));
