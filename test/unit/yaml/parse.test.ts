import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findStep, parseYaml, stepNames } from '../../../app/yaml/index.ts';

/** `line:column message` of each error; empty: none. */
const complaints = (text: string): string[] => {
  const parsed = parseYaml(text);
  return parsed.ok ? [] : parsed.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
};
const config = (text: string) => {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
};
const STEP = '- step:\n    name: train\n    image: python:3\n    command: python train.py\n';

describe('a file', () => {
  it('is a list of items, each with one key', () => {
    const text = `${STEP}- pipeline: {name: p, nodes: [], edges: []}\n- extra: {a: 1}\n  step: {name: b, image: i, command: c}\n`;
    const parsed = config(text);
    expect(parsed.map((item) => Object.keys(item))).toEqual([['step'], ['pipeline'], ['step']]);
    expect(stepNames(parsed)).toEqual(['train', 'b']);
  });

  it('may be empty, or hold items of kinds to come', () => {
    expect(config('')).toEqual([]);
    expect(config('# nothing yet\n')).toEqual([]);
    expect(config('- sonnet: {lines: 14}')).toEqual([{ sonnet: { lines: 14 } }]);
  });

  it('of the example is right', () => {
    const text = readFileSync(new URL('../../../app/example/valohai.yaml', import.meta.url), 'utf8');
    expect(stepNames(config(text)).length).toBeGreaterThan(0);
  });

  it('gives the later of two steps with one name', () => {
    const parsed = config(`${STEP}${STEP.replace('python:3', 'python:4')}`);
    expect(findStep(parsed, 'train')?.image).toBe('python:4');
    expect(stepNames(parsed)).toEqual(['train']);
    expect(findStep(parsed, 'other')).toBeNull();
  });
});

describe('a step', () => {
  it('comes with its defaults filled in', () => {
    const text = `
- step:
    name: train
    image: python:3
    command: python train.py
    time-limit: 1h 30m
    no-output-timeout: 90
    parameters:
      - {name: rate, type: float}
      - {name: layers, multiple: repeat, default: 8}
    inputs:
      - {name: data, default: "s3://a", keep-directories: yes}
      - {name: extra, optional: true, download: on-demand}
    environment-variables:
      - {name: MODE, default: fast}
    environment: gpu
    mounts: [/data:/data]
    autorestart: on
`;
    expect(findStep(config(text), 'train')).toMatchObject({
      command: ['python train.py'],
      timeLimit: 5400,
      noOutputTimeout: 90,
      autorestart: true,
      environment: 'gpu',
      parameters: [
        { name: 'rate', type: 'float', default: null, optional: false, multiple: 'none', passAs: null },
        { name: 'layers', type: 'string', default: ['8'], multiple: 'repeat', multipleSeparator: ',' },
      ],
      inputs: [
        { name: 'data', default: ['s3://a'], keepDirectories: 'full', download: 'always', optional: false },
        { name: 'extra', default: [], keepDirectories: 'none', download: 'on-demand', optional: true },
      ],
      environmentVariables: [{ name: 'MODE', default: 'fast', optional: true }],
      mounts: ['/data:/data'],
    });
  });

  it('keeps what Python would print of a text parameter, and numbers of the others', () => {
    const text = `${STEP}    parameters:
      - {name: a, default: 1.0}
      - {name: b, default: [yes, 0x10, 2020-01-02], multiple: repeat}
      - {name: c, default: 1.50, choices: [1.50, 2.0, three]}
      - {name: d, type: float, default: 1.0}
      - {name: e, type: flag, default: yes}
      - &shared {name: f, default: 010}
      - {<<: *shared, name: g}
`;
    const parameters = findStep(config(text), 'train')!.parameters;
    expect(parameters.map((parameter) => parameter.default)).toEqual([
      '1.0',
      ['True', '16', '2020-01-02'],
      '1.5',
      1,
      true,
      '8',
      '8',
    ]);
    expect(parameters[2]?.choices).toEqual(['1.5', '2.0', 'three']);
  });

  it('takes the later of two values of one key, as PyYAML does', () => {
    expect(findStep(config(`${STEP}    image: python:4\n`), 'train')?.image).toBe('python:4');
  });

  it('may be merged from another', () => {
    const text = `- step: &base\n    name: a\n    image: i\n    command: c\n- step:\n    <<: *base\n    name: b\n`;
    expect(findStep(config(text), 'b')).toMatchObject({ image: 'i', command: ['c'] });
  });
});

describe('what is wrong is told with its place', () => {
  it.each([
    ['name: x\n', '1:1 The file must be a list of items such as `- step:`'],
    ['- just text\n', '1:3 Each item of the file must be an object such as `step: …`'],
    ['- step:\n', '1:8 step: must be an object; found null'],
    [STEP.replace('python:3', 'yes'), '3:12 step "train": image: must be text; found true'],
    ['- step:\n    name: train\n    image: i\n', '2:5 step "train": needs "command", which is missing'],
    [`${STEP}    comand: x\n`, '5:13 step "train": has no property "comand"; did you mean "command"?'],
    [
      `${STEP}    time_limit: 5\n`,
      '5:17 step "train": has no property "time_limit"; did you mean "time-limit"?',
    ],
    [
      `${STEP}    inputs: [{name: a, url: b}]\n`,
      '5:29 step "train": inputs "a": has no property "url"; it may have name, default, optional, description, keep-directories, filename, download',
    ],
    [
      `${STEP}    parameters:\n      - name: rate\n        type: number\n`,
      '7:15 step "train": parameters "rate": type: must be one of string, integer, float, flag; found "number"',
    ],
    [
      `${STEP}    parameters:\n      - type: flag\n`,
      '6:9 step "train": parameters 1: needs "name", which is missing',
    ],
    [
      `${STEP}    parameters:\n      - {name: x, type: flag, multiple: repeat}\n`,
      '6:41 step "train": parameters "x": multiple: does not go with a flag',
    ],
    [
      `${STEP}    inputs:\n      - {name: ${'n'.repeat(65)}}\n`,
      `6:16 step "train": inputs "${'n'.repeat(65)}": name: may have at most 64 characters; found "${'n'.repeat(56)}…`,
    ],
    [
      `${STEP}    time-limit: 90 parsecs\n`,
      '5:17 step "train": time-limit: "90 parsecs" is no duration: write seconds as a number, or pieces like "1h 30m 5s", in all more than nothing',
    ],
    [
      `${STEP}    resources: {cpu: {min: lots}}\n`,
      '5:28 step "train": resources: cpu: min: must be a number; found "lots"',
    ],
    [
      `${STEP}- task: {name: t, step: train, type: grid_search}\n`,
      /^5:9 task "t": needs "parameters" or "parameter-sets"; found \{/,
    ],
    [
      `${STEP}- task: {name: t, step: train}\n`,
      /^5:9 task "t": needs "parameters" or "parameter-sets"; found \{/,
    ],
    [`${STEP}    mounts: [data]\n`, /^5:14 step "train": mounts 1: must be "\/source:\/destination"/],
    ['- a: *b\n', '1:6 Nothing before this place is marked &b'],
    ['- &a [*a]\n', '1:3 An alias may not contain itself'],
    ['- __proto__: 1\n', '1:3 The key "__proto__" is not allowed'],
    ['- ? [a]\n  : b\n', '1:5 A key must be plain text'],
    ['- <<: text\n', '1:7 Only objects, or a list of objects, can be merged with `<<`'],
    ['- !shell rm\n', '1:3 "rm" cannot be read as !shell'],
    ['- !!int five\n', '1:3 "five" cannot be read as tag:yaml.org,2002:int'],
    ['- a\n---\n- b\n', '2:1 The file holds more than one document (`---`)'],
    ['- step: {name: "x}\n', '2:1 The quoted text that begins on line 1 does not end'],
    ['- step:\n\tname: x\n', '2:1 A tab may not stand here: indent with spaces'],
  ])('%o', (text, complaint) => {
    const [first] = complaints(text);
    if (complaint instanceof RegExp) expect(first).toMatch(complaint);
    else expect(first).toBe(complaint);
  });

  it('all of it at once', () => {
    expect(complaints('- step: {}\n- step: {name: b}\n')).toHaveLength(5);
  });
});

describe('a hostile file costs little', { timeout: 60_000 }, () => {
  const levels = 'abcdefghi';
  const bomb = [...levels].map((name, level) => {
    const inner = level === 0 ? 'lol' : `*${levels[level - 1]}`;
    return `- &${name} [${Array(9).fill(inner).join(', ')}]`;
  });
  it.each([
    ['alias bomb', bomb.join('\n'), 'too many values'],
    ['deep flow', '['.repeat(10_000), 'Nested more than 100 levels'],
    ['deep block', `${'- '.repeat(10_000)}x`, 'Nested more than 100 levels'],
    ['many parts', '- a\n'.repeat(200_000), 'more than 200000 parts'],
    ['too long', ' '.repeat(10 * 1024 * 1024 + 1), 'larger than 10 MB'],
  ])('%s', (_, text, complaint) => {
    // The processor's time: a busy machine makes the clock's as long as it likes.
    const began = process.cpuUsage();
    expect(complaints(text)[0]).toContain(complaint);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000);
  });
});
