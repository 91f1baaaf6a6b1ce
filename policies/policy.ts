/**
 * What a policy is: one rule, and one pure function that looks at resources and says what breaks it. Nothing here knows
 * the engine (`engine/` does), so that a rule is tested with plain objects.
 */
import type { Facts } from './facts.ts';
import type { Resource } from './resource.ts';
import { KnownLater } from './unknown.ts';

export const TARGETS = ['aws', 'gcp', 'azure', 'kubernetes', 'local'] as const;
export type Target = (typeof TARGETS)[number];

/** `-`: nothing on that target can break it. */
export type Level = 'mandatory' | 'advisory' | '-';
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** What a check sees. A rule about single resources sees one at a time, before it is made; one about the whole sees all. */
export interface Seen {
  resources: Resource[];
  facts: Facts;
}

export interface Finding {
  /** Which resource; undefined where something is missing from the whole. */
  resource?: Resource | undefined;
  /** What was found, beginning in small letters, without a full stop. */
  found: string;
}

export interface Policy {
  /** Such as `NET-01`. */
  id: string;
  severity: Severity;
  /** What is needed, as a noun phrase or a sentence without a full stop. */
  needed: string;
  why: string;
  /** How it is mended. */
  todo: string;
  levels: Record<Target, Level>;
  /** In the dev profile it only advises. */
  mildInDev: boolean;
  scope: 'resource' | 'stack';
  /** Rules of others that say the same: Checkov's ids, or Well-Architected (WA). References only. */
  seeAlso: string[];
  check: (seen: Seen) => Finding[];
}

interface Rule extends Omit<Policy, 'levels' | 'mildInDev' | 'scope' | 'seeAlso'> {
  /** One letter for each of AWS, Google Cloud, Azure, Kubernetes and one's own machine: `M`andatory, `A`dvisory or `-`. */
  on: string;
  mildInDev?: true;
  /** @default resource */
  scope?: 'stack';
  seeAlso?: string[];
}

const LEVELS: Record<string, Level> = { M: 'mandatory', A: 'advisory', '-': '-' };

export function policy({ on, mildInDev = false as true, scope, seeAlso = [], ...rule }: Rule): Policy {
  const levels = TARGETS.map((target, index) => [target, LEVELS[on[index] ?? '-']]);
  return { ...rule, levels: Object.fromEntries(levels), mildInDev, scope: scope ?? 'resource', seeAlso };
}

/** How strictly it holds for an installation. */
export function levelFor({ levels, mildInDev }: Policy, { target, profile }: Facts): Level {
  const level = levels[target];
  return level === 'mandatory' && mildInDev && profile === 'dev' ? 'advisory' : level;
}

/** What a person reads: what was found, what is needed, what to do. */
export const tell = ({ id, needed, todo }: Policy, found: string): string =>
  `${id}: ${found}. Needed: ${needed}. To do: ${todo}.`;

export type Check = (resource: Resource, facts: Facts, all: Resource[]) => Iterable<string>;

/** A check told by kinds of resource, each with its own way to look. A kind that is not named passes. */
export const each =
  (table: Record<string, Check>): Policy['check'] =>
  ({ resources, facts }) =>
    resources.flatMap((resource) => {
      const check = table[resource.kind];
      return check === undefined
        ? []
        : [...untilUnknown(() => check(resource, facts, resources))].map((found) => ({ resource, found }));
    });

/** The same check for several kinds. */
export const forKinds = (kinds: readonly string[], check: Check): Record<string, Check> =>
  Object.fromEntries(kinds.map((kind) => [kind, check]));

/** What can be said before a value is touched that is not known yet: `up` looks again when it is. */
export function* untilUnknown<T>(look: () => Iterable<T>): Iterable<T> {
  try {
    yield* look();
  } catch (error) {
    if (!(error instanceof KnownLater)) throw error;
  }
}

/** Several checks as one. */
export const all =
  (...checks: Policy['check'][]): Policy['check'] =>
  (seen) =>
    checks.flatMap((check) => check(seen));

/** A check of the whole: yields what it finds, and stops at what is not known yet. */
export const whole =
  (look: (seen: Seen) => Iterable<Finding>): Policy['check'] =>
  (seen) => [...untilUnknown(() => look(seen))];
