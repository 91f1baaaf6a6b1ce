/** A step in the form the platform works with: defaults filled in, durations in seconds, names in camelCase. */
import { parseDuration } from './duration.ts';
import { pythonText } from './python.ts';

export type Atom = string | number | boolean | null;
export type Value = Atom | Atom[];

/** A step as it stands in a checked file. */
export interface RawStep {
  name: string;
  image: string;
  command: string | string[];
  parameters?: RawParameter[];
  inputs?: RawInput[];
  outputs?: { name: string; description?: string }[];
  mounts?: Mount[];
  'cache-volumes'?: string[];
  environment?: string;
  'environment-variables'?: RawVariable[];
  'environment-variable-groups'?: string[];
  autorestart?: boolean;
  'runtime-config-preset'?: string;
  description?: string;
  icon?: string;
  category?: string;
  'source-path'?: string;
  'time-limit'?: number | string;
  'no-output-timeout'?: number | string;
  'stop-condition'?: string;
  resources?: Resources;
  'upload-store'?: string;
}
/** `null` where a key was written without a value: only free values may be so. */
export interface RawParameter {
  name: string;
  type?: 'string' | 'integer' | 'float' | 'flag';
  default?: unknown;
  optional?: boolean;
  min?: number;
  max?: number;
  choices?: unknown[];
  multiple?: 'none' | 'repeat' | 'separate';
  'multiple-separator'?: string;
  'pass-as'?: string;
  'pass-true-as'?: string;
  'pass-false-as'?: string;
  widget?: unknown;
  category?: string;
  description?: string;
}
export interface RawInput {
  name: string;
  default?: string | string[];
  optional?: boolean;
  description?: string;
  'keep-directories'?: boolean | 'none' | 'suffix' | 'full';
  filename?: string;
  download?: 'always' | 'on-demand';
}
export interface RawVariable {
  name: string;
  default?: string;
  description?: string;
  optional?: boolean;
}
export type Mount =
  | string
  | {
      source: string;
      destination: string;
      readonly?: boolean;
      type?: string;
      options?: Record<string, unknown>;
    };
interface Range {
  min?: number;
  max?: number;
}
/** CPUs in count, memory in MB, devices by name; no devices at all is not the same as none told. */
export interface Resources {
  cpu?: Range;
  memory?: Range;
  devices?: Record<string, number>;
}

export interface Parameter {
  name: string;
  type: 'string' | 'integer' | 'float' | 'flag';
  /** Null: none. A list where `multiple` is not `none`. */
  default: Value;
  optional: boolean;
  min: number | null;
  max: number | null;
  choices: Atom[] | null;
  multiple: 'none' | 'repeat' | 'separate';
  multipleSeparator: string;
  /** Null: the type's own form. */
  passAs: string | null;
  passTrueAs: string | null;
  passFalseAs: string | null;
  widget: unknown;
  category: string | null;
  description: string | null;
}
export interface Input {
  name: string;
  /** Addresses; empty: none. */
  default: string[];
  optional: boolean;
  description: string | null;
  keepDirectories: 'none' | 'suffix' | 'full';
  filename: string | null;
  download: 'always' | 'on-demand';
}
export interface Variable {
  name: string;
  default: string | null;
  description: string | null;
  optional: boolean;
}
export interface Step {
  name: string;
  image: string;
  command: string[];
  /** In the order of the file; of two with one name the later holds, at the first one's place. */
  parameters: Parameter[];
  inputs: Input[];
  outputs: { name: string; description?: string }[];
  mounts: Mount[];
  cacheVolumes: string[];
  environment: string | null;
  environmentVariables: Variable[];
  environmentVariableGroups: string[];
  autorestart: boolean | null;
  runtimeConfigPreset: string | null;
  description: string | null;
  icon: string | null;
  category: string | null;
  sourcePath: string | null;
  /** Seconds; null: no limit. */
  timeLimit: number | null;
  /** Seconds; null: the platform's default. */
  noOutputTimeout: number | null;
  stopCondition: string | null;
  resources: Resources;
  uploadStore: string | null;
}

/** From a checked `step` item. */
export function toStep(raw: RawStep): Step {
  return {
    name: raw.name,
    image: raw.image,
    command: listOf(raw.command),
    parameters: byName(raw.parameters, toParameter),
    inputs: byName(raw.inputs, toInput),
    outputs: raw.outputs ?? [],
    mounts: raw.mounts ?? [],
    cacheVolumes: (raw['cache-volumes'] ?? []).filter(Boolean),
    environment: raw.environment || null,
    environmentVariables: byName(raw['environment-variables'], (variable) => ({
      name: variable.name,
      default: variable.default ?? null,
      description: variable.description ?? null,
      optional: variable.optional ?? true,
    })),
    environmentVariableGroups: (raw['environment-variable-groups'] ?? []).filter(Boolean),
    autorestart: raw.autorestart ?? null,
    runtimeConfigPreset: raw['runtime-config-preset'] || null,
    description: raw.description ?? null,
    icon: raw.icon || null,
    category: raw.category || null,
    sourcePath: raw['source-path'] ?? null,
    timeLimit: parseDuration(raw['time-limit']),
    noOutputTimeout: parseDuration(raw['no-output-timeout']),
    stopCondition: raw['stop-condition'] ?? null,
    resources: raw.resources ?? {},
    uploadStore: raw['upload-store'] || null,
  };
}

function toParameter(raw: RawParameter): Parameter {
  const type = raw.type ?? 'string';
  const multiple = raw.multiple ?? 'none';
  const fallback = atoms(raw.default ?? (multiple === 'none' ? null : []), type);
  const flag = type === 'flag';
  return {
    name: raw.name,
    type,
    default: multiple === 'none' ? fallback : listOf(fallback),
    optional: flag || (raw.optional ?? false),
    min: raw.min ?? null,
    max: raw.max ?? null,
    choices: flag || !raw.choices?.length ? null : listOf(atoms(raw.choices, type)),
    multiple,
    multipleSeparator: raw['multiple-separator'] || ',',
    passAs: raw['pass-as'] || null,
    passTrueAs: flag ? raw['pass-true-as'] || null : null,
    passFalseAs: flag ? raw['pass-false-as'] || null : null,
    widget: raw.widget ?? null,
    category: raw.category || null,
    description: raw.description ?? null,
  };
}

/** A text parameter's values are texts, as Python prints them; what is no plain value becomes text everywhere. */
function atoms(value: unknown, type: string): Value {
  if (Array.isArray(value)) return value.map((item) => atoms(item, type) as Atom);
  if (value === null || typeof value === 'string') return value;
  const plain = typeof value === 'number' || typeof value === 'boolean';
  return plain && type !== 'string' ? value : pythonText(value);
}

function toInput(raw: RawInput): Input {
  const keep = raw['keep-directories'] ?? false;
  return {
    name: raw.name,
    default: raw.default === undefined ? [] : listOf(raw.default),
    optional: raw.optional ?? false,
    description: raw.description ?? null,
    keepDirectories: keep === true ? 'full' : keep === false ? 'none' : keep,
    filename: raw.filename ?? null,
    download: raw.download ?? 'always',
  };
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function byName<R, T extends { name: string }>(raw: R[] | undefined, convert: (item: R) => T): T[] {
  return [...new Map((raw ?? []).map(convert).map((item) => [item.name, item])).values()];
}
