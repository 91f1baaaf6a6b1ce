import { pythonRepr } from '../python.ts';
import { isObject, member, truthy } from '../values.ts';
import { type Item, type Items, listOf, members, named } from './items.ts';
import type { Report } from './report.ts';
import { PRESET } from './step.ts';

const WHENS = ['node-complete', 'node-starting', 'node-error'];
/** `require-approval` works here, and in the official application; its linter does not know it. */
const THENS = ['noop', 'stop-pipeline', 'error-pipeline'];

export function lintNode(report: Report, node: Item, pipeline: Item, items: Items): void {
  const { path, data } = node;
  for (const action of members(node, 'actions')) lintAction(report, action);
  if (data.type === 'deployment') {
    if (!truthy(data.name)) report.error('name', path, 'Deployment has no name');
    return;
  }
  // What another commit has is not known here.
  if (truthy(data.commit)) return;
  const prefix = `Pipeline "${pipeline.data.name}" node "${data.name}"`;
  if (truthy(data.task)) {
    const named = `${prefix} task "${data.task}"`;
    const task = items.task.get(data.task);
    const step = task && items.step.get(task.data.step);
    if (!task) report.error('task', [...path, 'task'], `${named} does not exist`);
    else if (!step)
      report.error('task', [...path, 'task'], `${named}: task's step "${task.data.step}" does not exist`);
    else lintOverride(report, node, step, named);
  }
  if (truthy(data.step) || data.type === 'execution') {
    const named = `${prefix} step "${data.step}"`;
    const step = items.step.get(data.step);
    if (step) lintOverride(report, node, step, named);
    else report.error('step', [...path, 'step'], `${named} does not exist`);
  }
}

function lintAction(report: Report, { path, data }: Item): void {
  const whens = [...new Set(listOf(data.when).map((when) => String(when).toLowerCase()))].sort();
  const shown = whens.length === 0 ? 'set()' : `{${whens.map(pythonRepr).join(', ')}}`;
  for (const when of whens) {
    if (WHENS.includes(when)) continue;
    report.warning(
      'when',
      [...path, 'when'],
      `"when" value ${shown} is not well-known; the action might never be triggered`,
    );
  }
  const thens = listOf(data.then);
  for (const then of thens) {
    if (THENS.includes(String(then))) continue;
    const message = `"then" value ${pythonRepr(thens)} is not well-known; the action might do nothing`;
    report.warning('then', [...path, 'then'], message);
  }
}

function lintOverride(report: Report, node: Item, step: Item, prefix: string): void {
  const data = member(node.data, 'override');
  if (!isObject(data)) return;
  const override = { path: [...node.path, 'override'], data };
  for (const [kind, key] of [
    ['input', 'inputs'],
    ['parameter', 'parameters'],
  ] as const) {
    const known = named(step, key);
    for (const [name, { path }] of named(override, key)) {
      if (!known.has(name)) report.error(kind, path, `${prefix}: ${kind} ${name} does not exist in step`);
    }
  }
  if (truthy(member(data, 'runtime-config-preset')) && !truthy(member(data, 'environment'))) {
    report.error('preset', override.path, `${prefix}: missing "environment". ${PRESET}`);
  }
}
