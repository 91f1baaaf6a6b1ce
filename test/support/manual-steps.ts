/** How much an operator has to do by hand, counted from the pages that tell it and from the schema of the config. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfig } from '../../config/load.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

export const TARGETS = ['local', 'aws', 'gcp', 'azure', 'kubernetes'] as const;
export type Target = (typeof TARGETS)[number];
/** The vendor's installer for AWS, one account, from a fresh workstation to a job over HTTPS: 18 in its README, 6 unsaid. */
export const VENDOR = { steps: 24, values: 23 };

export interface Effort {
  target: Target;
  /** What is done by hand, in order; null: the page is not there yet. */
  steps: string[] | null;
  /** Values that have to be said; null: there is no such config yet. */
  values: string[] | null;
}

export const efforts = (): Effort[] =>
  TARGETS.map((target) => ({ target, steps: stepsOf(target), values: valuesOf(target) }));

function stepsOf(target: Target): string[] | null {
  if (target === 'local') return localSteps();
  if (!existsSync(join(ROOT, 'docs', `${target}.md`))) return null;
  const [, after = ''] = text('docs', `${target}.md`).split('## Step by step\n');
  const [section = ''] = after.split('\n## ');
  const steps = [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, step = '']) => step);
  return steps.length === 0 ? null : steps;
}

/** The README's first commands, and the programs that it asks for before them. */
function localSteps(): string[] {
  const [, after = ''] = text('README.md').split('## Two commands\n');
  const [needs = ''] = after.trim().split('. ');
  const block = /\n\n((?: {4}.*\n)+)/.exec(after)?.[1] ?? '';
  return [needs, ...block.trim().split('\n')].map((line) => line.trim());
}

/** Values without which the example config is refused. */
function valuesOf(target: Target): string[] | null {
  if (!existsSync(join(ROOT, 'config', `${target}.yaml`))) return null;
  const whole = parse(text('config', `${target}.yaml`)) as Record<string, unknown>;
  // One that nothing accepts yet says nothing.
  if (!isValid(whole)) return null;
  const { target: _, ...values } = whole;
  return Object.keys(values).flatMap((key) => required(whole, [key]));
}

function required(whole: object, path: string[]): string[] {
  if (isValid(without(whole, path))) return [];
  const value = path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], whole);
  const below =
    typeof value === 'object' && value !== null
      ? Object.keys(value).flatMap((key) => required(whole, [...path, key]))
      : [];
  // Which of several ways it is, is no value of its own where the way asks for one.
  const told = below.length > 1 ? below.filter((one) => !one.endsWith('.kind')) : below;
  return told.length > 0 ? told : [path.join('.')];
}

function without(whole: object, path: string[]): object {
  const copy = structuredClone(whole);
  const last = path.at(-1)!;
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], copy);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
  return copy;
}

function isValid(config: object): boolean {
  try {
    parseConfig(JSON.stringify(config), 'example');
    return true;
  } catch {
    return false;
  }
}

/** Rows of the table in `test/bench/README.md`, of targets that are complete. */
export const effortRows = (all: Effort[]): string[] => [
  ...all.flatMap(({ target, steps, values }) =>
    steps === null || values === null ? [] : [`| ${target} | ${steps.length} | ${values.length} |`],
  ),
  `| the vendor's installer, AWS | ${VENDOR.steps} | ${VENDOR.values} |`,
];
