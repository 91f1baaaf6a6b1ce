import { checkExpression } from '../expression/check.ts';
import { member } from '../values.ts';
import type { Item } from './items.ts';
import type { Report } from './report.ts';

/** The `stop-condition` of a step or task. */
export function lintExpression(report: Report, { path, data }: Item, prefix: string): void {
  const condition = member(data, 'stop-condition');
  if (typeof condition !== 'string') return;
  const problem = checkExpression(condition);
  if (problem === null) return;
  const message = `${prefix}, \`stop-condition\` is not a valid expression: ${problem}`;
  report.error('expression', [...path, 'stop-condition'], message);
}
