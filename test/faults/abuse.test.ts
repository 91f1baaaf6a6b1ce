/** Numbered faults that jobs make: floods, bombs, secrets told. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import { bombs, flood, secretsEverywhere } from './trials/abuse.ts';
import { manyFiles } from './trials/many-files.ts';

describe('a job', () => playAll([secretsEverywhere, flood, bombs, manyFiles]));
