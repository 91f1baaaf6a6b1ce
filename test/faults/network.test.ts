/** Numbered faults of the line between a worker and the platform. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import { answersLost, cutOff, cutOffFromRedis, cutOffShortly, reportsLost } from './trials/network.ts';

describe('the line to a worker', () =>
  playAll([cutOffShortly, cutOff, answersLost, reportsLost, cutOffFromRedis], { everywhere: true }));
