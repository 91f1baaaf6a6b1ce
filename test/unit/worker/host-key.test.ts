import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostKey, newKey, parseKey } from '../../../app/worker/ssh/host-key.ts';

test('every key that is made can be read', () => {
  for (let n = 0; n < 1_000; n++) parseKey(newKey());
});

test('it is made once and kept; one that cannot be read is made anew', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove-host-key-'));
  try {
    const [first, second] = await Promise.all([hostKey(folder), hostKey(folder)]);
    expect(second).toEqual(first);
    expect(await hostKey(folder)).toEqual(first);
    await writeFile(join(folder, 'ssh_host_ed25519_key'), 'damaged');
    const made = await hostKey(folder);
    expect(made.fingerprint).not.toBe(first.fingerprint);
    expect(await hostKey(folder)).toEqual(made);
  } finally {
    await rm(folder, { recursive: true });
  }
});
