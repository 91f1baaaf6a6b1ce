import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { archive, mirrorFolder } from '../../../app/platform/git.ts';

test('an archive is whole however late its reader comes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cove-archive-'));
  const mirror = mirrorFolder(folder, 'project');
  const work = join(folder, 'work');
  mkdirSync(work);
  mkdirSync(dirname(mirror), { recursive: true });
  writeFileSync(join(work, 'hello.txt'), 'hello');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', work, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'x');
  git('clone', '--quiet', '--bare', '.', mirror);

  const stream = archive(folder, 'project', git('rev-parse', 'HEAD'));
  // Longer than Git takes for one small file.
  await delay(200);
  const tar = gunzipSync(Buffer.concat(await Array.fromAsync(stream)));
  expect(tar.toString('latin1')).toContain('hello.txt');

  const wrong = archive(folder, 'project', '0'.repeat(40));
  await expect(Array.fromAsync(wrong)).rejects.toThrow('archive');
  rmSync(folder, { recursive: true });
});
