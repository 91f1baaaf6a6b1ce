/** Numbered faults of what a worker says, and when it believes to say it. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import { clockAhead, clockBehind, clockJumps, longLine, messagesTwice } from './trials/messages.ts';

describe('what a worker says', () => playAll([messagesTwice, clockAhead, clockBehind, clockJumps, longLine]));
