import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quote } from '../../../app/yaml/python.ts';

it('a quoted word comes out of a shell as it went in', () => {
  const word = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\0\ud800-\udfff]/g, ''));
  const given = fc.sample(word, 300);
  const script = `printf '%s\\0' ${given.map(quote).join(' ')}`;
  const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  expect(printed.split('\0').slice(0, -1)).toEqual(given);
});
