/** The linter's rules, in the order of the official one (contract 2.11). The file fits the schema and can be read. */
import type { Found } from '../finding.ts';
import { pythonRepr, pythonText } from '../python.ts';
import { isObject, member, type Tree } from '../values.ts';
import { lintDeployment, lintEndpoint } from './endpoint.ts';
import { itemsOf, kindOf } from './items.ts';
import { lintPipeline } from './pipeline.ts';
import { Report } from './report.ts';
import { lintStep } from './step.ts';
import { lintTask } from './task.ts';

export function lintRules(file: Tree): Found[] {
  const report = new Report();
  const items = itemsOf(file);
  lintItems(report, file);
  for (const deployment of items.deployment.values()) lintDeployment(report, deployment);
  for (const endpoint of items.endpoint.values()) lintEndpoint(report, endpoint);
  for (const pipeline of items.pipeline.values()) lintPipeline(report, pipeline, items);
  for (const step of items.step.values()) lintStep(report, step);
  for (const task of items.task.values()) lintTask(report, task);
  return report.found;
}

function lintItems(report: Report, file: Tree): void {
  const seen = new Set<string>();
  for (const [index, entry] of (Array.isArray(file) ? file : []).entries()) {
    if (!isObject(entry)) continue;
    const kind = kindOf(entry);
    if (kind === undefined) {
      report.warning('unknown-item', [index], `No parser for ${pythonRepr(entry)}`);
      continue;
    }
    const data = member(entry, kind);
    const name = isObject(data) ? pythonText(data.name) : '';
    const key = `${kind} ${name}`;
    if (seen.has(key)) report.warning('duplicate-name', [index, kind], `Duplicate ${kind} name: ${name}.`);
    seen.add(key);
  }
}
