/** Every limit of what people send, one a row: just within passes, just beyond is refused by the name of its field. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ListQuery } from '../../../app/api/query.ts';
import { UpdateEnvironment } from '../../../app/core/environments/scaling.ts';
import { CreateExecution } from '../../../app/core/executions/request.ts';
import { CreateOrganization } from '../../../app/core/organizations/create.ts';
import { CreateProject } from '../../../app/core/projects/create.ts';
import { SetRepository } from '../../../app/core/repositories/set.ts';
import { SetVariable } from '../../../app/core/secret-values.ts';
import { tidyTags } from '../../../app/core/tags.ts';
import { CreateUser } from '../../../app/core/users/create.ts';
import { LogIn } from '../../../app/core/users/log-in.ts';
import { CreateToken } from '../../../app/core/users/tokens.ts';
import { StackName } from '../../../app/core/worker-stacks/fields.ts';
import { parseGitUrl } from '../../../app/platform/git.ts';
import { EndReport, LogChunkReport, OutputReport, UploadRequest } from '../../../app/protocol/worker.ts';
import { parseYaml } from '../../../app/yaml/index.ts';

const x = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, item: T) => Array.from({ length: count }, () => item);
const execution = { project: 'p', commit: 'main', step: 'train' };
const user = { username: 'ada', password: x(10), organization: 'o' };
const token = '0d0a3a3e-2f3c-4b8e-9a53-111111111111';
const end = { token, status: 'complete', exit_code: 0, reason: '', log_lines: 1 };
const chunk = { token, first_seq: 1, last_seq: 2, storage_key: 'k', bytes: 1 };
const upload = (more: object) => ({ token, files: [{ kind: 'output', name: 'a', size: 1, ...more }] });
const output = (more: object) => ({
  token,
  outputs: [
    {
      ...{ storage_key: 'k', name: 'n', size: 1, md5: '', sha1: '', sha256: '', metadata: {} },
      ...{ file_ctime: '2026-01-01T00:00:00Z', file_mtime: '2026-01-01T00:00:00.123456', ...more },
    },
  ],
});

/** What, its schema, the field that is named, one within and those beyond. */
const ROWS: [string, z.ZodType, string, unknown, unknown[]][] = [
  [
    'name of a project',
    CreateProject,
    'name',
    { name: x(100) },
    [{ name: x(101) }, { name: '' }, { name: 'a/b' }, { name: '..' }, { name: 'a\u0000b' }],
  ],
  [
    'description of a project',
    CreateProject,
    'description',
    { name: 'a', description: x(10_000) },
    [{ name: 'a', description: x(10_001) }],
  ],
  [
    'place of the YAML file',
    CreateProject,
    'yaml_path',
    { name: 'a', yaml_path: x(500) },
    ['/etc/passwd', '../x', 'a/../../x', 'a\\b', 'a\u0000', x(501)].map((yaml_path) => ({
      name: 'a',
      yaml_path,
    })),
  ],
  [
    'name of a variable',
    SetVariable,
    'name',
    { name: x(200), value: '' },
    [x(201), '', '1A', 'A=B', 'A B', 'Ä'].map((name) => ({ name, value: '' })),
  ],
  [
    'value of a variable',
    SetVariable,
    'value',
    { name: 'A', value: x(65_536) },
    [{ name: 'A', value: x(65_537) }],
  ],
  ['name of a token', CreateToken, 'name', { name: x(100) }, [{ name: x(101) }, { name: ' ' }]],
  [
    'end of a token',
    CreateToken,
    'expires_at',
    { name: 'a', expires_at: '2030-01-01T00:00:00Z' },
    ['2030-13-01T00:00:00Z', '+099999-01-01T00:00:00Z', 'never'].map((expires_at) => ({
      name: 'a',
      expires_at,
    })),
  ],
  [
    'name of a person',
    CreateUser,
    'username',
    { ...user, username: x(150) },
    [x(151), '', 'a b', 'a/b'].map((username) => ({ ...user, username })),
  ],
  [
    'password',
    CreateUser,
    'password',
    { ...user, password: x(1000) },
    [x(9), x(1001)].map((password) => ({ ...user, password })),
  ],
  [
    'password at login',
    LogIn,
    'password',
    { username: 'a', password: x(1000) },
    [{ username: 'a', password: x(1001) }],
  ],
  [
    'name at login',
    LogIn,
    'username',
    { username: x(150), password: 'a' },
    [{ username: x(151), password: 'a' }],
  ],
  [
    'name of an organization',
    CreateOrganization,
    'name',
    { name: x(150) },
    [{ name: x(151) }, { name: 'a/b' }],
  ],
  [
    'refs of a repository',
    SetRepository,
    'refs',
    { url: 'u', refs: many(200, 'main') },
    [
      { url: 'u', refs: many(201, 'main') },
      ...['-x', 'a b', 'a..b:c', x(251), '--upload-pack=id'].map((ref) => ({ url: 'u', refs: [ref] })),
    ],
  ],
  ['title', CreateExecution, 'title', { ...execution, title: x(1000) }, [{ ...execution, title: x(1001) }]],
  ['image', CreateExecution, 'image', { ...execution, image: x(1000) }, [{ ...execution, image: x(1001) }]],
  [
    'command',
    CreateExecution,
    'command',
    { ...execution, command: many(1000, 'ls') },
    [
      { ...execution, command: many(1001, 'ls') },
      { ...execution, command: x(120 * 1024 + 1) },
      // An umlaut has two bytes.
      { ...execution, command: 'ä'.repeat(61 * 1024) },
    ],
  ],
  [
    'priority',
    CreateExecution,
    'priority',
    { ...execution, priority: -32_768 },
    [32_768, 1.5, 2 ** 31, 1e300, 'many'].map((priority) => ({ ...execution, priority })),
  ],
  [
    'time limit',
    CreateExecution,
    'time_limit',
    { ...execution, time_limit: 0.5 },
    [0, -1, 'soon', '1e999'].map((time_limit) => ({ ...execution, time_limit })),
  ],
  [
    'address of an input',
    CreateExecution,
    'inputs',
    { ...execution, inputs: { a: x(8192) } },
    [
      { ...execution, inputs: { a: x(8193) } },
      { ...execution, inputs: { a: many(10_001, 'b') } },
      { ...execution, inputs: { a: 7 } },
    ],
  ],
  [
    'variable of an execution',
    CreateExecution,
    'environment_variables',
    { ...execution, environment_variables: { A: x(120 * 1024) } },
    [x(120 * 1024 + 1), 'ä'.repeat(61 * 1024)].map((A) => ({
      ...execution,
      environment_variables: { A },
    })),
  ],
  [
    'machines',
    UpdateEnvironment,
    'scale_min',
    { scale_min: 0 },
    [{ scale_min: -1 }, { scale_min: 1.5 }, { scale_min: 2 ** 53 }],
  ],
  [
    'variables of an environment',
    UpdateEnvironment,
    'environment_variables',
    { environment_variables: { A: x(60_000) } },
    [{ '1A': '' }, { 'A=B': '' }, { A: 1 }, { A: x(70_000) }, { A: x(40_000), B: x(40_000) }].map(
      (environment_variables) => ({ environment_variables }),
    ),
  ],
  [
    'schedule',
    UpdateEnvironment,
    'scale_schedule',
    { scale_schedule: many(50, { cron: '0 0 * * *', minutes: 1 }) },
    [
      { scale_schedule: many(51, { cron: '0 0 * * *', minutes: 1 }) },
      { scale_schedule: [{ cron: '0 0 * * *', minutes: 0 }] },
    ],
  ],
  [
    'page',
    ListQuery,
    'limit',
    { limit: '9001' },
    ['-1', '1.5', '1e300', 'x', '99999999999999999999'].map((limit) => ({ limit })),
  ],
  [
    'place of a page',
    ListQuery,
    'offset',
    { offset: '9007199254740991' },
    ['-1', '9007199254740993', 'NaN'].map((offset) => ({ offset })),
  ],
  [
    'exit code',
    EndReport,
    'exit_code',
    { ...end, exit_code: -(2 ** 31) },
    [2 ** 31, 1.5, 1e300].map((exit_code) => ({ ...end, exit_code })),
  ],
  [
    'lines of a log',
    EndReport,
    'log_lines',
    { ...end, log_lines: 1e12 - 1 },
    [-1, 1e12, 2 ** 53].map((log_lines) => ({ ...end, log_lines })),
  ],
  [
    'number of a line',
    LogChunkReport,
    'last_seq',
    { ...chunk, last_seq: 1e12 - 1 },
    [0, 1e12].map((last_seq) => ({ ...chunk, last_seq })),
  ],
  [
    'name of an output',
    UploadRequest,
    'files',
    upload({ name: x(1024) }),
    [upload({ name: x(1025) }), upload({ name: '' }), upload({ size: -1 }), upload({ size: 2 ** 60 })],
  ],
  [
    'files at once',
    UploadRequest,
    'files',
    { token, files: many(1000, upload({}).files[0]) },
    [
      { token, files: many(1001, upload({}).files[0]) },
      { token, files: [] },
    ],
  ],
  [
    'stamp of an output',
    OutputReport,
    'outputs',
    output({}),
    ['yesterday', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', ''].map((file_ctime) =>
      output({ file_ctime }),
    ),
  ],
];

describe.each(ROWS)('%s', (_, schema, field, within, beyond) => {
  test('within', () => expect(schema.safeParse(within).error?.issues).toBeUndefined());
  test.each(beyond.map((value) => [JSON.stringify(value).slice(0, 80), value]))('%s', (_text, value) => {
    const { error } = schema.safeParse(value);
    expect(error?.issues.map(({ path }) => path[0])).toContain(field);
  });
});

test('names of worker stacks', () => {
  expect(StackName.safeParse('a'.repeat(32)).success).toBe(true);
  for (const name of ['a'.repeat(33), '', '1a', 'A', 'a_b', 'a/../b'])
    expect(StackName.safeParse(name).success).toBe(false);
});

test('tags, and addresses of repositories', () => {
  expect(tidyTags(many(300, 'same'))).toEqual(['same']);
  const refused = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return Object.keys((error as { fields: object }).fields);
    }
  };
  expect(refused(() => tidyTags(Array.from({ length: 101 }, (_, n) => `t${n}`)))).toEqual(['tags']);
  expect(refused(() => tidyTags([x(201)]))).toEqual(['tags']);
  expect(refused(() => parseGitUrl(`https://example.com/${x(1000)}`))).toEqual(['url']);
});

test('names that every object has are names like others in valohai.yaml', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype']) {
    const text = `- step: {name: ${name}, image: i, command: c, inputs: [{name: ${name}}], parameters: [{name: ${name}}]}\n`;
    expect(parseYaml(text).ok, name).toBe(true);
  }
  expect(parseYaml('- __proto__: {step: {}}\n').ok).toBe(false);
  expect(parseYaml('- step: {name: a, image: i, command: c, __proto__: {x: 1}}\n').ok).toBe(false);
});
