/** The schema of a step, as it stands in the file (contract 2.2 to 2.4). Closed objects: a typo is an error. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';

const text = z.string({ error: 'must be text' });
const flag = z.boolean({ error: 'must be true or false' });
const number = z.number({ error: 'must be a number' });
const texts = z.array(text, { error: 'must be a list of texts' });
const textOrTexts = z.union([z.string(), z.array(z.string())], { error: 'must be text or a list of texts' });
const oneOf = <const T extends string[]>(...words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });
const list = <T extends z.ZodType>(item: T) => z.array(item, { error: 'must be a list' });

const duration = z
  .union([z.int(), z.string()], { error: 'must be a number of seconds, or text like "1h 30m 5s"' })
  .superRefine((value, context) => {
    try {
      parseDuration(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

const atoms = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** An item of `parameters`. */
export const RawParameter = z
  .strictObject({
    name: text,
    type: oneOf('string', 'integer', 'float', 'flag').optional(),
    default: z
      .union([atoms, z.array(atoms)], { error: 'must be one value, or a list of values without lists in it' })
      .optional(),
    optional: flag.optional(),
    min: number.optional(),
    max: number.optional(),
    choices: z.array(atoms, { error: 'must be a list of values' }).optional(),
    multiple: oneOf('none', 'repeat', 'separate').optional(),
    'multiple-separator': text.optional(),
    'pass-as': text.optional(),
    'pass-true-as': text.optional(),
    'pass-false-as': text.optional(),
    widget: z
      .union([z.string(), z.looseObject({ type: z.string(), settings: z.looseObject({}).optional() })], {
        error: 'must be text, or an object with a type',
      })
      .optional(),
    category: text.optional(),
    description: text.optional(),
  })
  .refine(({ type, multiple }) => type !== 'flag' || (multiple ?? 'none') === 'none', {
    path: ['multiple'],
    message: 'does not go with a flag',
  });

/** An item of `inputs`. */
export const RawInput = z.strictObject({
  name: text.max(64, 'may have at most 64 characters'),
  default: textOrTexts.optional(),
  optional: flag.optional(),
  description: text.optional(),
  'keep-directories': z
    .union([z.boolean(), z.enum(['none', 'full', 'suffix'])], {
      error: 'must be true, false, none, full or suffix',
    })
    .optional(),
  filename: text.optional(),
  download: oneOf('always', 'on-demand').optional(),
});

const RawVariable = z.strictObject({
  name: text,
  default: text.optional(),
  description: text.optional(),
  optional: flag.optional(),
});
const MOUNT = 'must be "/source:/destination", or an object with source and destination (absolute paths)';
const RawMount = z.union(
  [
    z.string().regex(/^\/.+:\/.+$/, MOUNT),
    z.strictObject({
      source: z.string(),
      destination: z.string().regex(/^\/.+$/, 'must be an absolute path'),
      readonly: z.boolean().optional(),
      type: z.string().optional(),
      options: z.looseObject({}).optional(),
    }),
  ],
  { error: MOUNT },
);
const range = z.strictObject({ min: number.optional(), max: number.optional() });

/** The value of a `step` item. */
export const RawStep = z.strictObject({
  name: text,
  image: text,
  command: textOrTexts,
  parameters: list(RawParameter).optional(),
  inputs: list(RawInput).optional(),
  outputs: list(z.strictObject({ name: text, description: text.optional() })).optional(),
  mounts: list(RawMount).optional(),
  'cache-volumes': texts.optional(),
  environment: text.optional(),
  'environment-variables': list(RawVariable).optional(),
  'environment-variable-groups': texts.optional(),
  autorestart: flag.optional(),
  'runtime-config-preset': text.optional(),
  description: text.optional(),
  icon: text.optional(),
  category: text.optional(),
  'source-path': text.optional(),
  'time-limit': duration.optional(),
  'no-output-timeout': duration.optional(),
  'stop-condition': text.optional(),
  resources: z
    .strictObject({
      cpu: range.optional(),
      memory: range.optional(),
      devices: z.record(z.string(), number.min(1, 'must be at least 1')).optional(),
    })
    .optional(),
  'upload-store': text.max(64, 'may have at most 64 characters').optional(),
});
export type RawStep = z.infer<typeof RawStep>;
export type RawParameter = z.infer<typeof RawParameter>;
export type RawInput = z.infer<typeof RawInput>;

/** What an object of a step may have, by its place in the step; empty where that is not told. */
export function propertiesAt([list]: readonly (string | number)[]): string[] {
  if (list === undefined) return Object.keys(RawStep.shape);
  if (list === 'parameters') return Object.keys(RawParameter.shape);
  if (list === 'inputs') return Object.keys(RawInput.shape);
  return list === 'environment-variables' ? Object.keys(RawVariable.shape) : [];
}
