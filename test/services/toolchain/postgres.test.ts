import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postgresFolder } from '../../../toolchain/postgres.js';
import { ensure } from '../../../toolchain/programs.js';

test('the links and run bits that npm does not carry are made', () => {
  const home = mkdtempSync(join(tmpdir(), 'pg-'));
  mkdirSync(join(home, 'native', 'bin'), { recursive: true });
  mkdirSync(join(home, 'native', 'lib'));
  writeFileSync(join(home, 'native', 'bin', 'postgres'), '#!/bin/sh\necho 18\n', { mode: 0o644 });
  writeFileSync(join(home, 'native', 'lib', 'libpq.so.5.18'), 'library');
  const links = [
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
  ];
  writeFileSync(join(home, 'native', 'pg-symlinks.json'), JSON.stringify(links));

  for (let times = 0; times < 2; times++) expect(postgresFolder(home)).toBe(join(home, 'native'));
  expect(execFileSync(join(home, 'native', 'bin', 'postgres'), { encoding: 'utf8' })).toBe('18\n');
  expect(lstatSync(join(home, 'native', 'lib', 'libpq.so')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(home, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect(postgresFolder(join(home, 'elsewhere'))).toBeUndefined();
  rmSync(home, { recursive: true });
});

test('the installed one tells its version', async () => {
  const folder = await ensure('postgres');
  expect(execFileSync(join(folder, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' })).toMatch(
    / 1[89]\./,
  );
});
