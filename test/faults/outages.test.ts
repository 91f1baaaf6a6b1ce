/** Numbered faults of the parts that all share: played one after the other on one platform. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import {
  collisions,
  databaseAway,
  databaseRestarted,
  killedBeforeTheBell,
  redisEmptied,
  redisFull,
  redisRestarted,
  vaultSealed,
} from './trials/outages.ts';

describe('the platform', () =>
  playAll([
    killedBeforeTheBell,
    redisRestarted,
    redisEmptied,
    redisFull,
    databaseRestarted,
    databaseAway,
    collisions,
    vaultSealed,
  ]));
