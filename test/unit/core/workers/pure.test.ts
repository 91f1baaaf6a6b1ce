import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../../app/core/workers/job-spec.ts';
import { isJobToken, jobToken } from '../../../../app/core/workers/job-token.ts';
import { datumIdOfKey, keyOf, nameProblem } from '../../../../app/core/workers/object-keys.ts';
import { latestValues, utc } from '../../../../app/core/workers/report-metadata.ts';
import { stopConditionHolds } from '../../../../app/core/workers/stop-condition.ts';

const run = { executionId: 'e', projectId: 'p', attempt: 2, slug: 's', storeId: 's' };
const id = '0b0e3c5e-6c2f-4c52-9a61-1d2c6b1d8a11';

describe('names of uploads', () => {
  it.each(['model.bin', 'a/b/c.txt', 'ünï côdé', '.hidden', 'a..b'])('%s may be an output', (name) => {
    expect(nameProblem({ kind: 'output', name })).toBeNull();
    const key = keyOf(run, { kind: 'output', name }, id);
    expect(datumIdOfKey(run, key, name)).toBe(id);
    expect(datumIdOfKey({ ...run, executionId: 'other' }, key, name)).toBeNull();
    expect(datumIdOfKey(run, key, `${name}x`)).toBeNull();
  });
  it.each(['/etc/passwd', '../x', 'a/../b', 'a//b', './a', 'a/', 'a\\b', 'a\nb'])('%j may not', (name) => {
    expect(nameProblem({ kind: 'output', name })).not.toBeNull();
    expect(datumIdOfKey(run, `projects/p/outputs/e/${id}/${name}`, name)).toBeNull();
  });
  it('takes only chunks as logs', () => {
    expect(nameProblem({ kind: 'log', name: '1-500.ndjson.gz' })).toBeNull();
    expect(nameProblem({ kind: 'log', name: '../1-500.ndjson.gz' })).not.toBeNull();
    expect(keyOf(run, { kind: 'log', name: '1-500.ndjson.gz' }, id)).toBe('logs/e/2/1-500.ndjson.gz');
  });
  it('never leaves the folder of its run', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(nameProblem({ kind: 'output', name }) === null);
        const prefix = `projects/p/outputs/e/${id}/`;
        const path = new URL(keyOf(run, { kind: 'output', name: encodeURIComponent(name) }, id), 'http://x/')
          .pathname;
        expect(path.startsWith(`/${prefix}`)).toBe(true);
      }),
    );
  });
});

describe('environment of a job', () => {
  const variables = [
    { name: 'A', value: 'project', secret: false },
    { name: 'KEY', value: 'hush', secret: true },
    { name: 'LOUD', value: 'hidden', secret: true },
    { name: 'EMPTY', value: '', secret: true },
  ];
  // biome-ignore lint/suspicious/noExplicitAny: only what the function reads.
  const row = (more: object): any => ({
    environment_variables: { A: 'own', LOUD: 'told' },
    variables_there: {},
    ...more,
  });
  it("lays the execution's own over the project's, and names the secret values in it", () => {
    expect(environmentOf({ row: row({}), variables })).toEqual({
      values: { A: 'own', KEY: 'hush', LOUD: 'told', EMPTY: '' },
      secrets: ['hush'],
    });
  });
  it('lets the later of two with one name hold, and does not hide what is not in it', () => {
    const twice = [{ name: 'KEY', value: 'of a group', secret: true }, ...variables];
    expect(environmentOf({ row: row({}), variables: twice })).toMatchObject({
      values: { KEY: 'hush' },
      secrets: ['hush'],
    });
  });
  it('lays all of them over those of its environment', () => {
    const there = { A: 'there', KEY: 'there', ONLY: 'there' };
    expect(environmentOf({ row: row({ variables_there: there }), variables }).values).toEqual({
      ...{ A: 'own', KEY: 'hush', LOUD: 'told', EMPTY: '', ONLY: 'there' },
    });
  });
});

describe('a stop condition', () => {
  const latest = { loss: 0.05, epoch: 3, name: 'b', 'val.loss': 1, table: { a: 1 }, list: [1, 2] };
  it.each([
    ['metadata.loss < 0.1', true],
    ['metadata.loss < 0.01', false],
    ['metadata.epoch >= 3 and metadata.name == "b"', true],
    ['metadata.val.loss == 1', true],
    ['not metadata.nothing', true],
    ['metadata.nothing > 0', false],
    ['2 in metadata.list', true],
    ['metadata.table is None', true],
    ['metadata.toString is None', true],
    ['loss < 1', false],
    ['metadata.loss <', false],
    ['stop(metadata.loss)', false],
  ])('%s: %s', (condition, holds) => expect(stopConditionHolds(condition, latest)).toBe(holds));
});

describe('metadata', () => {
  it('keeps the latest value of every key by line', () => {
    const points = [
      { seq: 9, value: { loss: 1, _time: 'c' } },
      { seq: 2, value: { loss: 3, epoch: 1 } },
    ];
    expect(latestValues(points)).toEqual({ loss: 1, epoch: 1 });
  });
  it('takes stamps without a zone as UTC', () => {
    expect(utc('2026-01-31T12:00:00.000001')).toBe('2026-01-31T12:00:00.000001Z');
    expect(utc('2026-01-31T12:00:00+02:00')).toBe('2026-01-31T12:00:00+02:00');
  });
});

describe('job token', () => {
  it('fits its attempt and no other', () => {
    expect(isJobToken(jobToken('one'), 'one')).toBe(true);
    expect(isJobToken(jobToken('one'), 'two')).toBe(false);
    expect(isJobToken('', 'one')).toBe(false);
    expect(jobToken('one')).not.toContain('one');
  });
});
