/** The schema of a whole file (contract 2.1). */
import { endpoint } from './endpoint.ts';
import { pipeline } from './pipeline.ts';
import { step } from './step.ts';
import { task } from './task.ts';
import { anything, closed, listOf, type Schema, text } from './types.ts';

/** Not part of the file's schema: the official library reads deployments without checking them. */
export const deployment: Schema = closed({ name: text, defaults: anything }, 'name');
export { pipeline };

/** Items are not closed: kinds to come are passed over with a warning. */
export const file: Schema = {
  ...listOf({ type: 'object', properties: { step, task, endpoint, pipeline } }),
};
