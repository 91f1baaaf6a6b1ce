import { isObject, member, type Tree, truthy } from '../values.ts';
import { splitSocket } from './broken.ts';
import { type Item, type Items, listOf, members, named } from './items.ts';
import { lintNode } from './node.ts';
import type { Report } from './report.ts';

const EDGE_TYPES = [
  'dependency',
  'deployment',
  'environment-variable',
  'file',
  'input',
  'metadata',
  'output',
  'parameter',
];

export function lintPipeline(report: Report, pipeline: Item, items: Items): void {
  const { path, data } = pipeline;
  const nodes = members(pipeline, 'nodes');
  const counts = Map.groupBy(nodes, (node) => node.data.name);
  for (const [name, same] of counts) {
    if (same.length === 1) continue;
    const message = `Pipeline ${data.name} has ${same.length} nodes with the same name of ${name}`;
    report.error('duplicate-node', same.at(-1)?.path ?? path, message);
  }
  for (const node of nodes) lintNode(report, node, pipeline, items);
  for (const [index, edge] of listOf(member(data, 'edges')).entries()) {
    lintEdge(report, edge, [...path, 'edges', index], pipeline);
  }
  for (const parameter of members(pipeline, 'parameters')) lintParameter(report, parameter, pipeline, items);
}

function lintEdge(report: Report, edge: Tree, path: Item['path'], pipeline: Item): void {
  const { name } = pipeline.data;
  const nodes = named(pipeline, 'nodes');
  const ends = Array.isArray(edge) ? edge : isObject(edge) ? [edge.source, edge.target] : [];
  const [source, target] = ends.map((end) => splitSocket(String(end)));
  if (!source || !target) return;
  const sides = [
    ['source', source],
    ['target', target],
  ] as const;
  for (const [side, [node]] of sides) {
    if (!nodes.has(node))
      report.error('edge-node', path, `Pipeline ${name} edge ${side} node ${node} does not exist`);
  }
  for (const [side, [, type = '']] of sides) {
    if (EDGE_TYPES.includes(type)) continue;
    const between = `(between ${source[0]} and ${target[0]})`;
    report.error('edge-type', path, `Pipeline ${name} ${side} type ${type} ${between} not valid`);
  }
}

function lintParameter(report: Report, { path, data }: Item, pipeline: Item, items: Items): void {
  const prefix = `Pipeline "${pipeline.data.name}" parameter "${data.name}"`;
  const targets = Object.hasOwn(data, 'target') ? [data.target ?? null] : listOf(data.targets).filter(truthy);
  if (targets.length === 0) report.warning('targets', path, `${prefix}: no targets.`);
  const nodes = named(pipeline, 'nodes');
  for (const target of targets) {
    const [nodeName, type, key] = splitSocket(String(target));
    const say = (rule: string, message: string) =>
      report.error(rule, path, `${prefix} target "${target}": ${message}`);
    if (type === undefined || key === undefined) {
      say('target', 'it must have three parts: node.parameter.name');
      continue;
    }
    if (!type.startsWith('parameter')) say('target', `socket type "${type}" is not supported.`);
    const node = nodes.get(nodeName);
    if (!node) say('target', `the node "${nodeName}" does not exist.`);
    else if (node.data.type === 'execution' && !truthy(node.data.commit)) {
      const step = items.step.get(node.data.step);
      if (step && !named(step, 'parameters').has(key)) {
        say('target', `the parameter "${key}" does not exist in step "${step.data.name}".`);
      }
    }
  }
}
