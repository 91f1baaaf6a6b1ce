import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from '../../../app/cli/table.ts';

test('every value survives a shell as one word', () => {
  const words = fc.sample(
    fc.string({ unit: 'binary' }).filter((word) => !word.includes('\0')),
    200,
  );
  const script = words.map((word) => `printf '%s\\0' ${shellWord(word)}`).join('\n');
  const said = execFileSync('/bin/sh', { input: script, encoding: 'utf8' }).split('\0').slice(0, -1);
  expect(said).toEqual(words.map((word) => Buffer.from(word).toString()));
});
