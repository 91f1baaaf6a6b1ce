/** A task: many runs of one step (contract 2.5). */
import { closed, flag, integer, listOf, number, oneOf, open, type Schema, text } from './types.ts';

const rules = closed({
  base: number,
  count: number,
  distribution: text,
  end: number,
  integerify: flag,
  items: listOf({ type: ['number', 'string', 'boolean'] }),
  max: number,
  min: number,
  numberify: flag,
  seed: number,
  start: number,
  step: number,
  value: number,
});

const variant = closed(
  { name: text, style: oneOf('linear', 'logspace', 'multiple', 'random', 'single'), rules },
  'name',
  'style',
  'rules',
);

export const task: Schema = {
  ...closed(
    {
      name: text,
      step: text,
      type: text,
      parameters: listOf(variant),
      'parameter-sets': listOf(open),
      'execution-count': integer,
      'execution-batch-size': integer,
      'maximum-queued-executions': integer,
      'optimization-target-metric': text,
      'optimization-target-value': number,
      engine: text,
      'on-child-error': text,
      'stop-condition': text,
      'reuse-children': flag,
      description: text,
    },
    'name',
    'step',
  ),
  anyOf: [{ required: ['parameters'] }, { required: ['parameter-sets'] }],
};
