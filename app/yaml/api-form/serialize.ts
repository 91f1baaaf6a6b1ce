/** A step, and what a node overrides of it, in the form of the API: defaults filled in, as the official library does. */
import { parseDuration } from '../duration.ts';
import { byName, isJson, type Json, listOf, orNull, present } from './json.ts';

export function serializeStep(step: Json): Json {
  return present({
    name: step.name,
    image: step.image,
    command: step.command,
    ...lists(step),
    'cache-volumes': filled(listOf(step['cache-volumes']).filter(Boolean)),
    outputs: filled(listOf(step.outputs)),
    environment: orNull(step.environment),
    autorestart: step.autorestart,
    'runtime-config-preset': orNull(step['runtime-config-preset']),
    'environment-variable-groups': filled(listOf(step['environment-variable-groups']).filter(Boolean)),
    description: step.description,
    'time-limit': seconds(step['time-limit']),
    'no-output-timeout': seconds(step['no-output-timeout']),
    icon: orNull(step.icon),
    category: orNull(step.category),
    'source-path': step['source-path'],
    resources: resources(step.resources),
    'stop-condition': step['stop-condition'],
    'upload-store': orNull(step['upload-store']),
  });
}

/** What a node sets aside of its step's own. */
export function serializeOverride(override: Json): Json {
  return present({
    image: orNull(override.image),
    command: orNull(override.command),
    ...lists(override),
    environment: orNull(override.environment),
    autorestart: override.autorestart,
    'runtime-config-preset': orNull(override['runtime-config-preset']),
  });
}

function lists(of: Json): Json {
  return {
    parameters: filled([...byName(of.parameters).values()].map(serializeParameter)),
    inputs: filled([...byName(of.inputs).values()].map(serializeInput)),
    mounts: filled(listOf(of.mounts).map(serializeMount)),
    'environment-variables': filled(
      [...byName(of['environment-variables']).values()].map((variable) =>
        present({ ...variable, optional: variable.optional ?? true }),
      ),
    ),
  };
}

const filled = (list: unknown[]): unknown[] | null => (list.length === 0 ? null : list);

function serializeParameter(parameter: Json): Json {
  const { type = 'string' } = parameter;
  const flag = type === 'flag';
  const multiple = parameter.multiple === 'none' ? null : orNull(parameter.multiple);
  return present({
    ...parameter,
    type,
    default: parameterDefault(parameter),
    multiple,
    'multiple-separator': multiple === null ? null : parameter['multiple-separator'] || ',',
    optional: flag ? null : (parameter.optional ?? false),
    choices: flag ? null : orNull(parameter.choices),
    'pass-true-as': flag ? parameter['pass-true-as'] : null,
    'pass-false-as': flag ? parameter['pass-false-as'] : null,
    category: orNull(parameter.category),
    widget: widget(parameter.widget),
  });
}

/** A list where several values may be given. */
export function parameterDefault({ default: value, multiple }: Json): unknown {
  return multiple === undefined || multiple === 'none' || multiple === '' ? (value ?? null) : listOf(value);
}

function widget(value: unknown): unknown {
  if (!isJson(value)) return typeof value === 'string' ? value.toLowerCase() : value;
  const type = String(value.type).toLowerCase();
  const settings = isJson(value.settings) && Object.keys(value.settings).length > 0 ? value.settings : null;
  return settings === null ? type : { type, settings };
}

function serializeInput(input: Json): Json {
  const keep = input['keep-directories'];
  return present({
    ...input,
    optional: input.optional ?? false,
    'keep-directories': keep === true ? 'full' : keep === false || keep === 'none' ? null : keep,
    download: input.download === 'always' ? null : input.download,
  });
}

function serializeMount(mount: unknown): Json {
  if (!isJson(mount)) {
    const text = String(mount);
    const colon = text.indexOf(':');
    return { source: text.slice(0, colon), destination: text.slice(colon + 1), readonly: false };
  }
  const options = isJson(mount.options) ? present(mount.options) : {};
  const given = isJson(mount.options) && Object.keys(mount.options).length > 0;
  return present({
    ...mount,
    readonly: mount.readonly ?? false,
    type: typeof mount.type === 'string' && mount.type !== '' ? mount.type.toLowerCase() : null,
    options: given ? options : null,
  });
}

/** Whole seconds; nothing where there is no limit. */
function seconds(value: unknown): number | null {
  if (typeof value === 'number') return value === 0 ? null : Math.trunc(value);
  const duration = parseDuration(value as string | null | undefined);
  return duration === null ? null : Math.trunc(duration);
}

/** Devices told to be none are kept: that is not the same as none told. */
function resources(value: unknown): Json | null {
  if (!isJson(value)) return null;
  const range = (of: unknown) => (isJson(of) && Object.keys(present(of)).length > 0 ? present(of) : null);
  const found = present({ cpu: range(value.cpu), memory: range(value.memory), devices: value.devices });
  return Object.keys(found).length === 0 ? null : found;
}

/** Items of a step, those that a node overrides replaced as a whole. */
export function merged(key: string, step: Json, override: Json): Json[] {
  return [...new Map([...byName(step[key]), ...byName(override[key])]).values()];
}
