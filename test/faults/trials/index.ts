/** Every trial, in the order of their numbers. */
import * as abuse from './abuse.ts';
import * as endless from './endless.ts';
import * as engine from './engine.ts';
import * as files from './files.ts';
import * as manyFiles from './many-files.ts';
import * as messages from './messages.ts';
import * as network from './network.ts';
import * as outages from './outages.ts';
import type { Trial } from './trial.ts';
import * as workers from './workers.ts';

const isTrial = (value: unknown): value is Trial =>
  typeof value === 'object' && value !== null && 'play' in value && 'number' in value;

export const TRIALS: Trial[] = [workers, outages, engine, network, messages, files, abuse, endless, manyFiles]
  .flatMap((module) => Object.values(module).filter(isTrial))
  .sort((a, b) => a.number - b.number);
