/** What fits the schema and still cannot be read: such a file is not used at all. */

import { complaint, nameOf } from '../complaints.ts';
import { parseDuration } from '../duration.ts';
import type { Found } from '../finding.ts';
import { pythonRepr } from '../python.ts';
import type { Path } from '../read.ts';
import * as schema from '../schema/index.ts';
import { validate } from '../validate.ts';
import { Float, isObject, member, type Tree, truthy } from '../values.ts';
import { type Item, type Kind, kindOf, members } from './items.ts';

/** The first such place in the order of the file, or null: the official library stops there too. */
export function firstBroken(file: Tree): Found | null {
  for (const [index, entry] of (Array.isArray(file) ? file : []).entries()) {
    const kind = isObject(entry) ? kindOf(entry) : undefined;
    if (!kind || !isObject(entry)) continue;
    const data = member(entry, kind) ?? null;
    const path = [index, kind];
    const unchecked =
      kind === 'blueprint' ? schema.pipeline : kind === 'deployment' ? schema.deployment : null;
    const [violation] = unchecked ? validate(data, unchecked, path) : [];
    if (violation) return complaint(violation, file);
    if (!isObject(data)) continue;
    for (const problem of READERS[kind]({ path, data })) {
      const place = nameOf(file, problem.path.slice(0, -1));
      return problem.rule === 'edge' ? problem : { ...problem, message: place + problem.message };
    }
  }
  return null;
}

const broken = (rule: string, path: Path, message: string): Found => ({
  level: 'error',
  rule,
  path,
  message,
});

const READERS: Record<Kind, (item: Item) => Generator<Found>> = {
  step: function* (step) {
    yield* parameters(step);
    for (const key of ['time-limit', 'no-output-timeout']) {
      const value = member(step.data, key);
      const path = [...step.path, key];
      if (value instanceof Float)
        yield broken('duration', path, `${key}: "${value.value}.0" is no duration: write whole seconds`);
      else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') {
        try {
          parseDuration(typeof value === 'bigint' ? Number(value) : value);
        } catch (error) {
          yield broken('duration', path, `${key}: ${(error as Error).message}`);
        }
      }
    }
  },
  task: function* ({ path, data }) {
    yield* word(data.type, TASK_TYPES, '-', '_', [...path, 'type']);
    yield* word(data['on-child-error'], CHILD_ERRORS, '_', '-', [...path, 'on-child-error']);
  },
  endpoint: function* () {},
  pipeline,
  blueprint: pipeline,
  deployment: function* () {},
};

function* pipeline(item: Item): Generator<Found> {
  const edges = member(item.data, 'edges');
  for (const [index, edge] of (Array.isArray(edges) ? edges : []).entries()) {
    yield* brokenEdge(edge, [...item.path, 'edges', index]);
  }
  for (const { path, data } of members(item, 'nodes')) {
    const override = member(data, 'override');
    if (isObject(override)) yield* parameters({ path: [...path, 'override'], data: override });
  }
  for (const { path, data } of members(item, 'parameters')) {
    if (!Object.hasOwn(data, 'name')) yield broken('required', path, 'A pipeline parameter needs a name');
    if (Object.hasOwn(data, 'target') && Object.hasOwn(data, 'targets')) {
      yield broken('target', path, 'Pipeline parameter cannot have both: target and targets');
    }
  }
}

function* brokenEdge(edge: Tree, path: Path): Generator<Found> {
  if (Array.isArray(edge) && edge.length !== 2) {
    yield broken('edge', path, `Malformed edge shorthand ${pythonRepr(edge)}`);
    return;
  }
  const [source, target] = Array.isArray(edge) ? edge : isObject(edge) ? [edge.source, edge.target] : [];
  for (const [end, socket] of [
    ['Source', source],
    ['Target', target],
  ] as const) {
    if (typeof socket !== 'string') continue;
    const parts = splitSocket(socket).length;
    if (parts !== 3) {
      yield broken(
        'edge',
        path,
        `${end} specifier ${pythonRepr(socket)} must have 3 parts (it has ${parts})`,
      );
    }
  }
}

/** Node, type and key; the key may hold dots. */
export function splitSocket(socket: string): string[] {
  const [node = '', type, ...key] = socket.split('.');
  if (type === undefined) return [node];
  return key.length === 0 ? [node, type] : [node, type, key.join('.')];
}

function* parameters(item: Item): Generator<Found> {
  for (const { path, data } of members(item, 'parameters')) {
    if (data.type === 'flag' && truthy(data.multiple) && data.multiple !== 'none') {
      yield broken('multiple', [...path, 'multiple'], 'multiple: does not go with a flag');
    }
  }
}

const TASK_TYPES = ['bayesian_tpe', 'grid_search', 'distributed', 'random_search', 'manual_search'];
const CHILD_ERRORS = ['continue-and-complete', 'continue-and-error', 'stop-all-and-error'];

/** One of these words, in any case, and with `from` for `to`. */
function* word(
  value: Tree | undefined,
  words: string[],
  from: string,
  to: string,
  path: Path,
): Generator<Found> {
  if (typeof value !== 'string' || value === '') return;
  if (words.includes(value.toLowerCase().replaceAll(from, to))) return;
  yield broken('enum', path, `${path.at(-1)}: must be one of ${words.join(', ')}; found "${value}"`);
}
