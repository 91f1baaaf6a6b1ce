/** Where our reading of a file and the official one differ, in words; null where they agree. */
import {
  convertPipeline,
  type Finding,
  findStep,
  interpolateCommand,
  lintYaml,
  parseDuration,
  parseYaml,
  pipelineNames,
  resolveParameters,
} from '../../../app/yaml/index.ts';
import { pythonFloat } from '../../../app/yaml/python.ts';
import { readYaml } from '../../../app/yaml/read.ts';
import { Float, isObject, Timestamp, type Tree } from '../../../app/yaml/values.ts';
import type { Answer, Question } from './official.ts';

export function differenceOfRead(text: string, official: Answer['read']): string | null {
  const ours = readYaml(text);
  if ('refused' in official) {
    if (ours.ok) return `official refuses: ${official.refused}`;
    const same = ours.place.line === official.line && ours.place.column === official.column;
    if (typeof official.line !== 'number' || same) return null;
    return `official: ${official.line}:${official.column} ${official.refused}; ours: ${show(ours.place)} ${ours.message}`;
  }
  if (!ours.ok) return `official reads it; ours: ${ours.message}`;
  return differ(official.value, typed(ours.reading.value));
}

/** With its Python type, as `official.py` writes it. */
function typed(value: Tree): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return { $int: String(value) };
  if (value instanceof Float) return { $float: pythonFloat(value.value) };
  if (value instanceof Timestamp) return { $time: value.text };
  if (Array.isArray(value)) return value.map(typed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item)]));
}

export function differenceOfLint(text: string, official: Answer['lint']): string | null {
  const { findings } = lintYaml(text);
  const errors = findings.filter(({ level }) => level === 'error');
  if ('crash' in official) return errors.length > 0 ? null : `official breaks: ${official.crash}`;
  const counts = { error: 0, warning: 0, hint: 0 };
  for (const { level } of findings) counts[level] += 1;
  const saidByBoth = `official: ${show(official.messages)}; ours: ${show(findings)}`;
  const counted = differ(official.counts, counts);
  if (counted !== null) return `${counted}; ${saidByBoth}`;
  if (official.schema === null) return differenceOfPlace(official.messages[0]?.message ?? '', findings[0]);
  if (official.schema.length > 0) {
    const key = ({ rule, path }: { rule: string; path: (string | number)[] }) => `${rule} ${path.join('.')}`;
    return differ(official.schema.map(key).sort(), errors.map(key).sort());
  }
  return differ(official.messages.map(words).sort(), findings.map(words).sort());
}

function differenceOfPlace(message: string, finding: Finding | undefined): string | null {
  const place = /line (\d+), column (\d+)/.exec(message);
  if (!place) return null;
  return differ([Number(place[1]), Number(place[2])], [finding?.line, finding?.column]);
}

/** Python words its own mistakes in its own way, and prints sets in any order. */
const words = ({ level, message }: { level: string; message: string }): string =>
  `${level} ${message}`
    .replace(/(is not a valid expression: ).*/s, '$1…')
    .replace(/(No parser for ).*/s, '$1…')
    .replace(/"when" value \{.*\}/s, '"when" value …');

export function differenceOfCommands(
  { text = '', values = {} }: Question,
  official: Answer['commands'],
): string | null {
  const parsed = parseYaml(text);
  if ('crash' in official) return parsed.ok ? `official breaks: ${official.crash}` : null;
  if (!parsed.ok) return `official reads it; ours: ${show(parsed.errors)}`;
  const ours = official.map(({ step: name }) => {
    const step = findStep(parsed.config, name);
    if (!step) return { step: name, missing: true };
    const given = values[name] ?? {};
    // The library asks for no value; what has none is left out.
    const lenient = { ...step, parameters: step.parameters.map((one) => ({ ...one, optional: true })) };
    const resolved = resolveParameters(lenient, given);
    if (!resolved.ok) return { step: name, refused: true };
    const known = Object.entries(resolved.values).filter(
      ([key, value]) => value !== null || Object.hasOwn(given, key),
    );
    return { step: name, joined: interpolateCommand(step, Object.fromEntries(known)) };
  });
  return differ(
    official.map(({ step, refused, joined }) => (refused ? { step, refused: true } : { step, joined })),
    ours,
  );
}

export function differenceOfConversion(
  { text = '', commit = '', arguments: given = {} }: Question,
  official: Answer['convert'],
): string | null {
  const parsed = parseYaml(text);
  const refused = !parsed.ok;
  try {
    const ours = refused
      ? null
      : pipelineNames(parsed.config).map((name) => [
          name,
          convertPipeline(parsed.config, name, { commit, given: given[name] }),
        ]);
    if ('crash' in official) return refused ? null : `official breaks: ${official.crash}`;
    return ours === null ? 'official reads it; ours does not' : differ(official, Object.fromEntries(ours));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'crash' in official ? null : `official converts it; ours: ${error.message}`;
  }
}

export function differenceOfDuration(duration: string | number, official: Answer['duration']): string | null {
  const refused = typeof official === 'object' && official !== null;
  try {
    const ours = parseDuration(duration);
    if (refused) return `official refuses ${show(duration)}; ours: ${ours}`;
    // A number below 1 sets no limit; the library hands it on.
    const limit = official !== null && official <= 0 ? null : official;
    const same =
      limit === ours ||
      (limit !== null && ours !== null && Math.abs(limit - ours) <= 1e-6 * Math.max(1, ours));
    return same ? null : `${show(duration)}: official ${limit}, ours ${ours}`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused ? null : `official takes ${show(duration)}; ours: ${error.message}`;
  }
}

/** The first place where two JSON values differ. */
export function differ(official: unknown, ours: unknown, path = ''): string | null {
  if (isPlainObject(official) && isPlainObject(ours)) {
    for (const key of new Set([...Object.keys(official), ...Object.keys(ours)])) {
      const found = differ(official[key], ours[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  if (Array.isArray(official) && Array.isArray(ours) && official.length === ours.length) {
    for (const [index, item] of official.entries()) {
      const found = differ(item, ours[index], `${path}.${index}`);
      if (found !== null) return found;
    }
    return null;
  }
  return show(official) === show(ours) ? null : `at ${path}: official ${show(official)}, ours ${show(ours)}`;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
