import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeChunk, readChunk } from '../../../../app/core/logs/chunks.ts';
import { openFsStore } from '../../../../app/platform/storage/fs.ts';
import type { LogLine } from '../../../../app/protocol/worker.ts';

const store = openFsStore({ folder: mkdtempSync(join(tmpdir(), 'chunks-')), signingKey: 'k'.repeat(32) });
const message = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u2028', 'a\u2029b', '\u0085', '\r', ''),
);

test('whatever a job prints comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 20 }), async (messages) => {
      const lines = messages.map((m, i): LogLine => [i + 1, '2026-01-01T00:00:00.000000', 'stdout', m]);
      const key = `logs/${randomUUID()}`;
      await store.put(key, encodeChunk(lines));
      expect(await readChunk(store, key, false)).toEqual(lines);
    }),
  );
});
