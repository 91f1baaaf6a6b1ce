/** Numbered faults that hurt a worker and nobody else: played side by side, each in an environment of its own. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import {
  workerAskedToGo,
  workerKilled,
  workerKilledUnderAPolicy,
  workerKilledWithContainer,
} from './trials/workers.ts';

describe('a worker', () =>
  playAll([workerKilled, workerKilledWithContainer, workerKilledUnderAPolicy, workerAskedToGo]));
