import { expect, it } from 'vitest';
import { lintYaml } from '../../../app/yaml/index.ts';

const STEP = `- step:
    name: train
    image: python:3
    command: python train.py
`;
const PIPELINE = `${STEP}- pipeline:
    name: p
    nodes:
      - {name: one, type: execution, step: train}
      - {name: two, type: execution, step: train}
    edges: []
`;
const parameter = (text: string) => `${STEP}    parameters:\n      - ${text}\n`;
const found = (text: string) =>
  lintYaml(text).findings.map(({ level, rule, line, column }) => `${level} ${rule} ${line}:${column}`);

/** One file for each rule of the official linter: what is found, and where. */
it.each<[what: string, file: string, ...findings: string[]]>([
  ['nothing', PIPELINE],
  ['no YAML', '- step: [', 'error syntax 1:10'],
  ['an empty file', '', 'error type 1:1'],
  [
    'an item further left than it should be',
    '- step:\n  name: x\n',
    'error type 1:8',
    'hint indentation 1:8',
  ],
  [
    'what the schema forbids',
    `${STEP}    inputs: 5\n    extra: 1\n`,
    'error type 5:13',
    'error additionalProperties 6:12',
  ],
  ['an edge with two parts', PIPELINE.replace('[]', '[[one.output, two.input.x]]'), 'error edge 10:13'],
  ['an edge with one end', PIPELINE.replace('[]', '[[one.output.x]]'), 'error edge 10:13'],
  ['an edge to nowhere', PIPELINE.replace('[]', '[[one.output.*, three.input.x]]'), 'error edge-node 10:13'],
  ['an edge of no kind', PIPELINE.replace('[]', '[[one.smell.*, two.input.x]]'), 'error edge-type 10:13'],
  ['two nodes of one name', PIPELINE.replace('two', 'one'), 'error duplicate-node 9:9'],
  ['a step that is not there', PIPELINE.replace('step: train}', 'step: none}'), 'error step 8:44'],
  ['a step of another commit', PIPELINE.replace('step: train}', 'step: none, commit: abc}')],
  [
    'a task that is not there',
    PIPELINE.replace('type: execution, step: train}', 'type: task, task: none}'),
    'error task 8:39',
  ],
  [
    'an override of what the step has not',
    PIPELINE.replace(
      'step: train}',
      'step: train, override: {inputs: [{name: x}], parameters: [{name: y}]}}',
    ),
    'error input 8:71',
    'error parameter 8:96',
  ],
  ['a preset without environment', `${STEP}    runtime-config-preset: small\n`, 'error preset 5:28'],
  [
    'a pipeline parameter without targets',
    `${PIPELINE}    parameters: [{name: a}]\n`,
    'warning targets 11:18',
  ],
  [
    'a pipeline parameter whose target is not there',
    `${PIPELINE}    parameters: [{name: a, targets: [one.parameter.x, none.input.x]}]\n`,
    'error target 11:18',
    'error target 11:18',
    'error target 11:18',
  ],
  ['no condition', `${STEP}    stop-condition: a[0]\n`, 'error expression 5:21'],
  ['two steps of one name', STEP + STEP, 'warning duplicate-name 6:5'],
  ['an item of no kind', `${STEP}- sonnet: {lines: 14}\n`, 'warning unknown-item 5:3'],
  ['an optional flag', parameter('{name: a, type: flag, optional: true}'), 'warning optional 6:41'],
  [
    'pass-as beside pass-true-as',
    parameter('{name: a, type: flag, pass-as: x, pass-true-as: y}'),
    'warning pass-as 6:40',
  ],
  ['pass-true-as of what is no flag', parameter('{name: a, pass-true-as: y}'), 'warning pass-true-as 6:33'],
  ['a default of another type', parameter('{name: a, type: integer, default: x}'), 'warning default 6:43'],
  [
    'a default that is too small',
    parameter('{name: a, type: float, default: 1, min: 2}'),
    'warning default 6:41',
  ],
  ['a default that is no choice', parameter('{name: a, default: x, choices: [y]}'), 'warning default 6:28'],
  [
    'sets and an engine where they make no sense',
    `${STEP}- task: {name: t, step: train, parameter-sets: [{a: 1}], engine: x}\n`,
    'warning task-type 5:48',
    'warning task-type 5:66',
  ],
  [
    'actions of no known kind',
    PIPELINE.replace('step: train}', 'step: train, actions: [{when: later, then: sing}]}'),
    'warning when 8:68',
    'warning then 8:81',
  ],
  ['a deployment without target', `${STEP}- deployment: {name: d}\n`, 'warning target 5:15'],
])('finds %s', (_, file, ...findings) => {
  expect(found(file)).toEqual(findings);
  expect(lintYaml(file).ok).toBe(findings.length === 0);
});
