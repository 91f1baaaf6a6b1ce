/** What a request for a new execution may look like (contract 1.6). Pure. */
import { z } from 'zod';
import { checkExpression } from '../../yaml/index.ts';
import { CoveError } from '../errors.ts';
import { readJson } from '../exact-json.ts';
import { storable } from '../storable.ts';

/** Text that holds JSON, as forms send objects and lists. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  if (value.trim() === '') return undefined;
  try {
    return readJson(value);
  } catch {
    return value;
  }
};
const orAbsent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());
// A default beside that of empty text, so that the API's own document says that they may be left out.
const jsonObject = <T extends z.ZodType>(values: T) =>
  z.preprocess((value) => fromText(value) ?? {}, z.record(z.string(), values)).default(() => ({}));
const text = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string(),
);
const textList = z
  .preprocess((value) => {
    const parsed = fromText(value) ?? [];
    return Array.isArray(parsed) ? parsed : [parsed];
  }, z.array(text))
  .default(() => []);
const flag = z.preprocess(
  (value) => (typeof value === 'string' ? /^(true|1|yes|on)$/i.test(value) : value),
  z.boolean(),
);
const number = z.preprocess(
  (value) => (typeof value === 'string' ? Number(value) : value),
  z.number().finite(),
);
const condition = z.string().superRefine((text, context) => {
  const problem = checkExpression(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: `This is no condition: ${problem}.` });
});
const seconds = number.pipe(z.number().positive());
/** Bytes. Linux takes no argument and no variable beyond 128 KiB, name and all. */
export const MAX_VALUE = 120 * 1024;
const passable = z
  .string()
  .refine((value) => Buffer.byteLength(value) <= MAX_VALUE, `At most ${MAX_VALUE} bytes are passed on.`);
const MAX_ADDRESS = 8192;
const address = z.string().max(MAX_ADDRESS);

export const CreateExecution = z.object({
  project: z.string().describe('Id.'),
  commit: z.string().min(1).describe('An identifier, the beginning of one, or a branch or tag.'),
  step: z.string().min(1).describe("Its name in the commit's file of steps."),
  inputs: jsonObject(z.union([address, z.array(address).max(10_000)]).nullable()).describe(
    "Addresses by input: a list, or one. Left out: the step's defaults.",
  ),
  parameters: jsonObject(z.unknown()).describe(
    "Values by parameter; null: none. Left out: the step's defaults.",
  ),
  environment: orAbsent(z.string()).describe(
    "Id or slug. Left out: the step's, or the project's default, or the first that runs containers.",
  ),
  image: orAbsent(z.string().max(1000)).describe("In place of the step's."),
  command: orAbsent(z.union([passable, z.array(passable).max(1000)])).describe(
    "In place of the step's; of several each begins when the one before has succeeded.",
  ),
  title: orAbsent(z.string().max(1000)),
  tags: textList,
  environment_variables: jsonObject(text.pipe(passable).nullable()).describe(
    "Over the step's defaults, which lie over variables of groups, and those over the project's.",
  ),
  environment_variable_groups: textList.describe('Ids or names, in place of those that the step names.'),
  inherit_environment_variables: orAbsent(flag).describe("False: without the project's."),
  runtime_config: jsonObject(z.unknown()).describe(
    'What the machine is told beside the job: `remote_debug`, `autorestart`, `kubernetes` and the like.',
  ),
  runtime_config_preset: orAbsent(z.string()).describe('Id or slug of a preset of the environment.'),
  priority: orAbsent(number.pipe(z.int().min(-32768).max(32767))).describe(
    'Higher ones of a project start earlier.',
  ),
  upload_store: orAbsent(z.string().max(64)).describe(
    'Name or id of a data store; left out: as the step or the project says.',
  ),
  time_limit: orAbsent(seconds).describe("Seconds. Left out: the step's, or the environment's default."),
  no_output_timeout: orAbsent(seconds).describe("Seconds. Left out: the step's, or eight hours."),
  stop_expression: orAbsent(condition).describe(
    "A condition that ends it once it holds, such as `metadata.loss < 0.1`. Left out: the step's.",
  ),
});
export type CreateExecution = z.infer<typeof CreateExecution>;

/** `a[b]` and `a.b` of forms become objects, `a-b` becomes `a_b`. Names inside parameters and the like stay as they are. */
export function normalise(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith('__proto__')) continue;
    const inner = /^([a-z_-]+)(?:\[([^\]]+)\]|\.(.+))(?:\[\])?$/i.exec(key);
    if (inner === null) {
      result[key.replace(/\[\]$/, '').replaceAll('-', '_')] = value;
      continue;
    }
    const outer = (inner[1] ?? '').replaceAll('-', '_');
    const known = result[outer];
    const object = known !== null && typeof known === 'object' && !Array.isArray(known) ? known : {};
    result[outer] = { ...object, [inner[2] ?? inner[3] ?? '']: value };
  }
  return result;
}

/** Reads a request body, JSON or form. Throws every complaint at once, by field. */
export const parseRequest = (body: unknown): CreateExecution => parseBody(CreateExecution, body);

export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new CoveError('invalid', 'The body must be a JSON object or a form.');
  }
  const parsed = schema.safeParse(normalise(storable(body as Record<string, unknown>)));
  if (parsed.success) return parsed.data;
  const fields: Record<string, { message: string; code: string }[]> = {};
  for (const issue of parsed.error.issues) {
    const [field, ...rest] = issue.path.map(String);
    const missing = issue.code === 'invalid_type' && /received undefined/.test(issue.message);
    const message = missing ? 'This field is required.' : [...rest, issue.message].join(': ');
    const list = fields[field ?? 'non_field_errors'] ?? [];
    fields[field ?? 'non_field_errors'] = [...list, { message, code: missing ? 'required' : 'invalid' }];
  }
  throw new CoveError('invalid', `The request is not valid: ${Object.keys(fields).join(', ')}.`, { fields });
}
