/** `valohai.yaml` (contract 2): read, checked, and in the form the platform works with. No I/O. */
import { complaint } from './complaints.ts';
import type { Finding, Found } from './finding.ts';
import { firstBroken } from './lint/broken.ts';
import { kindOf } from './lint/items.ts';
import { lintRules } from './lint/rules.ts';
import { keepPythonText } from './plain.ts';
import { type Reading, readYaml } from './read.ts';
import { file } from './schema/index.ts';
import { type RawStep, type Step, toStep } from './step.ts';
import { validate } from './validate.ts';
import { at, isObject, toJson, truthy } from './values.ts';

export { type ConvertedPipeline, convertPipeline, pipelineNames } from './api-form/pipeline.ts';
export { parseDuration } from './duration.ts';
export { checkExpression } from './expression/check.ts';
export { conditionHolds, type Known } from './expression/evaluate.ts';
export type { Finding } from './finding.ts';
export { interpolateCommand } from './interpolate.ts';
export { parametersText, resolveParameters } from './parameters.ts';
export type { Atom, Input, Parameter, Step, Value, Variable } from './step.ts';

/** Items of a file, as plain JSON: objects with one key each, by which their kind is known. */
export type Config = Record<string, unknown>[];
export type ParsedYaml = { ok: true; config: Config } | { ok: false; errors: Finding[] };

/** More of them help nobody. */
const MAX_FINDINGS = 100;

/** Reads a file. What only the linter's rules find keeps no file from being used. An empty one holds nothing. */
export function parseYaml(text: string): ParsedYaml {
  const read = readYaml(text);
  if (!read.ok) return { ok: false, errors: [syntaxError(read)] };
  const { value } = read.reading;
  if (value === null) return { ok: true, config: [] };
  const found = unusable(read.reading);
  if (found.length > 0) {
    return {
      ok: false,
      errors: placed(
        read.reading,
        found.filter(({ level }) => level === 'error'),
      ),
    };
  }
  const items = Array.isArray(value) ? value.filter(isObject) : [];
  return {
    ok: true,
    config: items.map((item) => {
      const kind = kindOf(item);
      return toJson(
        keepPythonText(kind === undefined ? item : { [kind]: item[kind] ?? null }),
      ) as Config[number];
    }),
  };
}

/** All that is to be said of a file: `ok` where there is no error and no warning (contract 2.11). */
export function lintYaml(text: string): { ok: boolean; findings: Finding[] } {
  const read = readYaml(text);
  if (!read.ok) return { ok: false, findings: [syntaxError(read)] };
  const found = unusable(read.reading);
  const findings = placed(read.reading, found.length > 0 ? found : lintRules(read.reading.value));
  return { ok: findings.length === 0, findings };
}

/** What keeps a file from being used. */
function unusable({ value }: Reading): Found[] {
  const violations = validate(value, file);
  if (violations.length === 0) {
    const broken = firstBroken(value);
    return broken ? [broken] : [];
  }
  return violations.slice(0, MAX_FINDINGS).flatMap((violation): Found[] => {
    const error = complaint(violation, value);
    const { path } = violation;
    // An item that is empty has what belongs to it a level too far to the left.
    if (path.length !== 2 || truthy(at(value, path) ?? null)) return [error];
    const message = `There might be an indentation error in the configuration of ${path.join('.')}`;
    return [error, { level: 'hint', rule: 'indentation', path, message }];
  });
}

function syntaxError({
  place,
  message,
}: {
  place: { line: number; column: number };
  message: string;
}): Finding {
  return { level: 'error', rule: 'syntax', path: [], ...place, message };
}

function placed({ placeOf }: Reading, found: Found[]): Finding[] {
  return found
    .slice(0, MAX_FINDINGS)
    .map(({ at: from, ...finding }) => ({ ...finding, ...placeOf(from ?? finding.path) }));
}

/** The step of that name (the later one, if there are two), or null. */
export function findStep(config: Config, name: string): Step | null {
  const found = steps(config).findLast((step) => step.name === name);
  return found === undefined ? null : toStep(found);
}

/** In the order of the file, each once. */
export function stepNames(config: Config): string[] {
  return [...new Set(steps(config).map((step) => step.name))];
}

const steps = (config: Config): RawStep[] =>
  config.flatMap(({ step }) => (typeof step === 'object' && step !== null ? [step as RawStep] : []));
