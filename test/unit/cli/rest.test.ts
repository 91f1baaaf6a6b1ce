import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wordsOf } from '../../../app/cli/api-client.ts';
import { servicesToRestart, touchesWeb } from '../../../app/cli/dev-targets.ts';
import { CliError, EXIT, explain } from '../../../app/cli/errors.ts';
import { urlsOf } from '../../../app/cli/installation.ts';
import { followFile, lastLines, readable } from '../../../app/cli/log-file.ts';
import { parseConfig } from '../../../config/load.ts';
import type { LocalConfig } from '../../../config/schema.ts';
import { ProgramMissing } from '../../../toolchain/programs.js';

test('errors that a person can mend are told without being called unforeseen', () => {
  expect(explain(new CliError('x', { exitCode: EXIT.person, todo: 'y' }))).toEqual({
    message: 'x',
    todo: 'y',
    exitCode: 4,
    unforeseen: false,
  });
  const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
  expect(explain(full)).toMatchObject({ message: 'The disk is full.', exitCode: 4, unforeseen: false });
  expect(explain(new ProgramMissing('bao', 'z'))).toMatchObject({ message: 'z', unforeseen: false });
  expect(explain(new TypeError('x is not a function'))).toMatchObject({ exitCode: 1, unforeseen: true });
  try {
    parseConfig('target: moon\n', 'moon.yaml');
  } catch (error) {
    expect(explain(error)).toMatchObject({ exitCode: 2, unforeseen: false });
  }
});

test('the complaint in an error body, whatever its shape', () => {
  expect(wordsOf('{"name": [{"message": "is taken", "code": "unique"}]}')).toBe('is taken');
  expect(wordsOf('{"detail": "Not found."}')).toBe('Not found.');
  expect(wordsOf('<!DOCTYPE html>')).toBe('<!DOCTYPE html>');
});

test('addresses by what is listened on', () => {
  const config = (text: string) => parseConfig(`target: local\n${text}`, 'x.yaml') as LocalConfig;
  expect(urlsOf(config(''))).toEqual({ local: 'http://127.0.0.1:8000', web: 'https://localhost:8443' });
  expect(urlsOf(config('listen: 0.0.0.0\nhttpsPort: 443\npublicName: ml.example.com\n'))).toEqual({
    local: 'http://127.0.0.1:8000',
    web: 'https://ml.example.com',
  });
  expect(urlsOf(config('listen: "::1"\n')).local).toBe('http://[::1]:8000');
});

test('a changed file restarts those who run it', () => {
  const services = ['postgres', 'redis', 'vault', 'api', 'scheduler', 'worker-local'];
  const of = (...files: string[]) => servicesToRestart(files, services);
  expect(of('api/routes/data.ts')).toEqual(['api']);
  expect(of('core/rights.ts')).toEqual(['api', 'scheduler']);
  expect(of('worker/main.ts')).toEqual(['worker-local']);
  expect(of('platform/redis.ts').sort()).toEqual(['api', 'scheduler', 'worker-local']);
  expect(of('settings.ts').length).toBe(3);
  expect(of('cli/main.ts', 'web/src/main.tsx', 'migrations/0002.sql')).toEqual([]);
  expect([
    touchesWeb(['web/src/main.tsx']),
    touchesWeb(['web/dist/index.html']),
    touchesWeb(['api/x.ts']),
  ]).toEqual([true, false, false]);
});

test('the last lines of a long log, and its growth over a rotation', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove-log-'));
  const file = join(folder, 'api.log');
  await writeFile(file, Array.from({ length: 50_000 }, (_, index) => `line ${index} ü\n`).join(''));
  const { lines, end } = await lastLines(file, 3);
  expect(lines).toEqual(['line 49997 ü', 'line 49998 ü', 'line 49999 ü']);
  expect((await lastLines(file, 1_000_000)).lines.length).toBe(50_000);

  const seen: string[] = [];
  const stop = new AbortController();
  const following = followFile(file, end, (line) => seen.push(line), stop.signal);
  await appendFile(file, 'one\ntwo\n');
  await expect.poll(() => seen).toEqual(['one', 'two']);
  await rename(file, `${file}.1`);
  await writeFile(file, 'three\n');
  await expect.poll(() => seen).toEqual(['one', 'two', 'three']);
  stop.abort();
  await following;
  await rm(folder, { recursive: true });
});

test('JSON lines of our services are readable, others stay as they are', () => {
  expect(readable('{"level":30,"time":1767225600000,"pid":1,"msg":"listening","port":8000}')).toBe(
    '2026-01-01T00:00:00.000Z info  listening port=8000',
  );
  expect(readable('LOG: database system is ready')).toBe('LOG: database system is ready');
  expect(readable('{"epoch": 1}')).toBe('{"epoch": 1}');
});
