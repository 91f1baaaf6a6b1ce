import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateDeployKey } from '../../../app/platform/git.ts';

test('OpenSSH reads the private half and finds the public half in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cove-test-'));
  try {
    // Several lengths of comment, for the padding depends on it.
    for (const comment of ['', 'c', 'cove-iris', 'a-much-longer-comment-than-usual']) {
      const { publicKey, privateKey } = generateDeployKey(comment);
      const file = join(folder, `key${comment}`);
      writeFileSync(file, privateKey, { mode: 0o600 });
      const read = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' });
      expect(read.trim()).toBe(publicKey.trim());
      execFileSync('ssh-keygen', ['-l', '-f', file]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no two are the same', () => {
  expect(generateDeployKey('x').publicKey).not.toBe(generateDeployKey('x').publicKey);
});
