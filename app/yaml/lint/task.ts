import { member, truthy } from '../values.ts';
import { lintExpression } from './expression.ts';
import { type Item, members } from './items.ts';
import type { Report } from './report.ts';

const BAYESIAN_ONLY = ['engine', 'optimization-target-metric', 'optimization-target-value'];

export function lintTask(report: Report, task: Item): void {
  const { path, data } = task;
  const type = String(data.type ?? '')
    .toLowerCase()
    .replaceAll('-', '_');
  lintExpression(report, task, `Task ${data.name}`);
  const sets = members(task, 'parameter-sets').filter((set) => truthy(set.data));
  if (sets.length > 0 && type !== 'manual_search') {
    report.warning(
      'task-type',
      [...path, 'parameter-sets'],
      'Parameter sets only make sense with manual search',
    );
  }
  if (type === 'bayesian_tpe') return;
  for (const key of BAYESIAN_ONLY) {
    if ((member(data, key) ?? null) === null) continue;
    report.warning(
      'task-type',
      [...path, key],
      `${key.replaceAll('-', '_')} only makes sense for Bayesian TPE tasks`,
    );
  }
}
