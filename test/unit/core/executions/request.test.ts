import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../../app/core/executions/access.ts';
import { type Candidate, chooseEnvironment } from '../../../../app/core/executions/environment.ts';
import { inputFiles } from '../../../../app/core/executions/inputs.ts';
import { expandStatuses } from '../../../../app/core/executions/list.ts';
import { normalise, parseRequest } from '../../../../app/core/executions/request.ts';
import { stepOf, variableValues } from '../../../../app/core/executions/step.ts';
import { CONFIG } from '../../../support/runs.ts';

const least = { project: 'p', commit: 'main', step: 'train' };
const train = stepOf({ identifier: 'a'.repeat(40), config: CONFIG, config_error: null }, 'train');
const messageOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing thrown';
};

describe('parseRequest', () => {
  it('takes what the official client sends', () => {
    const sent = {
      ...least,
      inputs: { data: ['https://example.com/a'] },
      parameters: { epochs: 3, label: null },
      environment_variables: { A: '1' },
      tags: ['x'],
      runtime_config: { no_output_timeout: 60 },
      time_limit: 3600.0,
      priority: 1,
    };
    expect(parseRequest(sent)).toMatchObject(sent);
  });

  it('takes hyphens for underscores, and JSON text and bracketed or dotted names of forms', () => {
    const form = {
      ...least,
      'environment-variables': '{"A": "1"}',
      'time-limit': '90',
      'parameters[epochs]': '3',
      'parameters.rate': '0.5',
      inputs: '{"data": "https://example.com/a"}',
      tags: 'one',
      environment: '',
    };
    expect(parseRequest(form)).toMatchObject({
      environment_variables: { A: '1' },
      time_limit: 90,
      parameters: { epochs: '3', rate: '0.5' },
      inputs: { data: 'https://example.com/a' },
      tags: ['one'],
    });
  });

  it('keeps names inside parameters as they are', () => {
    expect(normalise({ parameters: { 'learning-rate': 1 }, 'runtime-config': {} })).toEqual({
      parameters: { 'learning-rate': 1 },
      runtime_config: {},
    });
  });

  it('complains of every field at once', () => {
    try {
      parseRequest({ commit: 'main', time_limit: 'soon', priority: 1.5 });
      expect.unreachable();
    } catch (error) {
      const { fields } = error as { fields: Record<string, { code: string }[]> };
      expect(Object.keys(fields).sort()).toEqual(['priority', 'project', 'step', 'time_limit']);
      expect(fields.project?.[0]?.code).toBe('required');
    }
  });

  it('takes no zero characters into the database', () => {
    expect(parseRequest({ ...least, title: 'a\0b', parameters: { 'x\0': ['\0'] } })).toMatchObject({
      title: 'a\ufffdb',
      parameters: { 'x\ufffd': ['\ufffd'] },
    });
  });
});

describe('inputFiles', () => {
  it('takes given addresses before defaults, and fills in parameters', () => {
    const given = { extra: ['https://example.com/{parameter:epochs}.csv', ' '] };
    const as = { keep_directories: 'none', filename: null, download: 'always' };
    expect(inputFiles(train, given, { epochs: 3 })).toEqual([
      { name: 'data', urls: ['https://example.com/iris.csv'], ...as },
      { name: 'extra', urls: ['https://example.com/3.csv'], ...as },
    ]);
  });
  it.each([
    [
      { data: ['ftp://bucket/key'] },
      /ftp:\/\/bucket\/key is of a kind not supported here; supported are http/,
    ],
    [{ data: ['dataset://no-version'] }, /dataset:\/\/no-version is not a valid address/],
    [{ data: 'iris.csv' }, /"iris.csv" is not an address/],
    [{ data: [] }, /data: at least one file is needed/],
    [{ nothing: [] }, /step "train" has no input "nothing"; it has: data, extra/],
  ])('refuses %j', (given, message) => {
    expect(messageOf(() => inputFiles(train, given, {}))).toMatch(message);
  });
});

describe('variableValues', () => {
  it('lays what is given over the defaults', () => {
    expect(variableValues(train, { MODE: 'slow', B: '2', C: null }, [])).toEqual({ MODE: 'slow', B: '2' });
  });
  it('asks for a value that must be there, unless the project has it', () => {
    const variable = { name: 'KEY', default: null, description: null, optional: false };
    const step = { ...train, environmentVariables: [variable] };
    expect(messageOf(() => variableValues(step, {}, []))).toMatch(/KEY: a value is needed/);
    expect(variableValues(step, {}, ['KEY'])).toEqual({});
  });
});

describe('chooseEnvironment', () => {
  const one = (slug: string, more: Partial<Candidate> = {}): Candidate => ({
    id: `00000000-0000-4000-8000-00000000000${slug.length}`,
    slug,
    name: `Machine ${slug}`,
    enabled: true,
    executor: 'docker',
    in_config: true,
    per_user_queue_quota: 0,
    default_time_limit: null,
    max_retries: 0,
    environment_variables: {},
    allowed_images: [],
    ready: true,
    ...more,
  });
  const process = one('p', { executor: 'process' });
  const docker = one('dd');
  const big = one('big');
  const off = one('offf', { enabled: false });
  const all = [process, docker, big, off];
  const choose = (wish: { asked?: string; step?: string; projectDefault?: string }) =>
    chooseEnvironment(all, {
      asked: wish.asked,
      step: wish.step,
      projectDefault: wish.projectDefault ?? null,
    }).slug;

  it.each([
    [{}, 'dd'],
    [{ projectDefault: big.id }, 'big'],
    [{ step: 'Machine big' }, 'big'],
    [{ step: 'big', asked: 'p' }, 'p'],
    [{ asked: big.id.toUpperCase() }, 'big'],
    [{ asked: 'PROJECT_DEFAULT', projectDefault: process.id }, 'p'],
  ])('%j → %s', (wish, slug) => expect(choose(wish)).toBe(slug));

  it('takes one that can run before one that has to wait, and waits rather than run without a container', () => {
    const wish = { projectDefault: null };
    const tired = one('dd', { ready: false });
    expect(chooseEnvironment([tired, process, big], wish).slug).toBe('big');
    expect(chooseEnvironment([process, tired], wish).slug).toBe('dd');
    expect(chooseEnvironment([tired, big], { ...wish, asked: 'dd' }).slug).toBe('dd');
    expect(chooseEnvironment([process], wish).slug).toBe('p');
  });

  it('never takes another one than that which was named', () => {
    try {
      choose({ asked: 'huge' });
      expect.unreachable();
    } catch (error) {
      expect((error as { fields: unknown }).fields).toEqual({
        environment: [{ code: 'does_not_exist', message: 'no environment "huge"; there are: p, dd, big' }],
      });
    }
    const disabled = /"offf" is disabled; there are: p, dd, big/;
    expect(messageOf(() => choose({ asked: 'offf' }))).toMatch(disabled);
    expect(messageOf(() => choose({ projectDefault: off.id }))).toMatch(disabled);
    const gone = one('gone', { in_config: false });
    const wish = { asked: 'gone', projectDefault: null };
    expect(messageOf(() => chooseEnvironment([big, gone], wish))).toMatch(
      /"gone" is no longer in the installation's config; there are: big/,
    );
    expect(messageOf(() => choose({ step: 'tpu' }))).toMatch(/no environment "tpu"/);
  });
  it('says so where there is none', () => {
    expect(messageOf(() => chooseEnvironment([off], { projectDefault: null }))).toMatch(
      /No environment is enabled/,
    );
  });
});

describe('small words', () => {
  const id = '0b0e3c5e-6c2f-4c52-9a61-1d2c6b1d8a11';
  it.each([
    [id, { id }],
    [`${id}:7`, { projectId: id, counter: 7 }],
    [`${id}:latest`, { projectId: id, counter: 'latest' }],
    [`${id}:`, null],
    [`${id}:99999999999`, null],
    ['7', null],
  ])('reference %s', (text, reference) => expect(parseReference(text)).toEqual(reference));
  it('expands incomplete', () => {
    expect(expandStatuses(['incomplete', 'error', 'nonsense'])).toEqual([
      'created',
      'queued',
      'started',
      'stopping',
      'error',
    ]);
  });
  it('names the steps there are', () => {
    const commit = { identifier: 'b'.repeat(40), config: CONFIG, config_error: null };
    expect(messageOf(() => stepOf(commit, 'rain'))).toMatch(
      /commit bbbbbbbbbbbb has no step "rain"; it has: train, plain/,
    );
    expect(
      messageOf(() => stepOf({ ...commit, config: null, config_error: 'line 3: no image' }, 'x')),
    ).toMatch(/line 3: no image/);
  });
});
