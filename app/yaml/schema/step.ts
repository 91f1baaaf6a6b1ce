/** A step, as it stands in the file (contract 2.2 to 2.4), and what a pipeline's node may override of it. */
import {
  anything,
  closed,
  flag,
  integer,
  listOf,
  number,
  oneOf,
  open,
  type Schema,
  text,
  textOrTexts,
} from './types.ts';

const duration: Schema = { oneOf: [integer, text] };
const range = closed({ min: number, max: number });
export const cpu = range;
export const memory = range;
export const devices: Schema = {
  type: 'object',
  patternProperties: { '^.+$': { type: 'number', minimum: 1 } },
};

export const parameter = closed(
  {
    name: text,
    type: oneOf('string', 'integer', 'float', 'flag'),
    default: anything,
    optional: flag,
    min: number,
    max: number,
    choices: { type: 'array' },
    multiple: oneOf('none', 'repeat', 'separate'),
    'multiple-separator': text,
    'pass-as': text,
    'pass-true-as': text,
    'pass-false-as': text,
    widget: {
      oneOf: [{ type: 'object', properties: { type: text, settings: open }, required: ['type'] }, text],
    },
    category: text,
    description: text,
  },
  'name',
);

export const input = closed(
  {
    name: { type: 'string', maxLength: 64 },
    default: textOrTexts,
    optional: flag,
    description: text,
    'keep-directories': { oneOf: [flag, oneOf('none', 'full', 'suffix')] },
    filename: text,
    download: oneOf('always', 'on-demand'),
  },
  'name',
);

const output = closed({ name: text, description: text }, 'name');
const variable = closed({ name: text, default: text, description: text, optional: flag }, 'name');
const mount: Schema = {
  description: 'must be "/source:/destination", or an object with source and destination (absolute paths)',
  anyOf: [
    { type: 'string', pattern: '^/.+:/.+$' },
    closed(
      {
        source: text,
        destination: { type: 'string', pattern: '^/.+$' },
        readonly: flag,
        type: text,
        options: open,
      },
      'source',
      'destination',
    ),
  ],
};

const overridable = {
  image: text,
  command: textOrTexts,
  parameters: listOf(parameter),
  inputs: listOf(input),
  mounts: listOf(mount),
  environment: text,
  'environment-variables': listOf(variable),
  autorestart: flag,
  'runtime-config-preset': text,
};

export const override = closed(overridable);

export const step = closed(
  {
    name: text,
    ...overridable,
    outputs: listOf(output),
    'cache-volumes': listOf(text),
    'environment-variable-groups': listOf(text),
    description: text,
    icon: text,
    category: text,
    'source-path': text,
    'time-limit': duration,
    'no-output-timeout': duration,
    'stop-condition': text,
    resources: closed({ cpu, memory, devices }),
    'upload-store': { type: 'string', maxLength: 64 },
  },
  'name',
  'image',
  'command',
);
