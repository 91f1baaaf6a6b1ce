/** Numbered faults of containers and of the Engine that runs them. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import {
  diskFullInAPull,
  engineKilledWithLiveRestore,
  engineKilledWithout,
  imagesThatCannotBeHad,
} from './trials/engine.ts';

describe('the Docker Engine', () =>
  playAll([engineKilledWithLiveRestore, engineKilledWithout, imagesThatCannotBeHad, diskFullInAPull]));
