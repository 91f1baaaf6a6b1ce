/** A pipeline: nodes, the edges between them, and parameters (contract 2.6). */
import { override } from './step.ts';
import { anything, closed, flag, listOf, oneOf, open, type Schema, text, textOrTexts } from './types.ts';

// biome-ignore lint/suspicious/noThenProperty: a word of the file
const action = closed({ when: textOrTexts, then: textOrTexts, if: textOrTexts }, 'when', 'then');

const runNode = (type: string, extra: Record<string, Schema> = {}) => ({
  name: text,
  type: { const: type, type: 'string' } satisfies Schema,
  step: text,
  ...extra,
  commit: text,
  override,
  actions: listOf(action),
  'on-error': oneOf('stop-all', 'stop-next', 'continue', 'retry'),
  'edge-merge-mode': oneOf('replace', 'append'),
});

const executionNode = closed(runNode('execution'), 'name', 'step', 'type');
const taskNode: Schema = {
  ...closed(runNode('task', { task: text }), 'name', 'type'),
  oneOf: [{ required: ['step'] }, { required: ['task'] }],
  not: { required: ['step', 'task'] },
};
const deploymentNode = closed(
  {
    name: text,
    type: { const: 'deployment', type: 'string' },
    deployment: text,
    endpoints: listOf(text),
    aliases: listOf(text),
    actions: listOf(action),
    'on-error': oneOf('stop-all', 'stop-next', 'continue'),
  },
  'name',
  'deployment',
  'type',
);

const edge: Schema = {
  description: 'must be [source, target], or an object with source and target; both like "node.output.file"',
  anyOf: [
    { type: 'array', prefixItems: [text, text], items: false },
    closed({ source: text, target: text, configuration: open }, 'source', 'target'),
  ],
};

const parameter = closed({
  name: text,
  default: anything,
  target: text,
  targets: textOrTexts,
  category: text,
  description: text,
});

export const pipeline = closed(
  {
    name: text,
    nodes: listOf({ anyOf: [executionNode, deploymentNode, taskNode] }),
    edges: listOf(edge),
    parameters: listOf(parameter),
    'reuse-executions': flag,
  },
  'edges',
  'name',
  'nodes',
);
