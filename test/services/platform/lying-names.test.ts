/** A name server that lies (DNS rebinding): a name that leads outside when it is checked, and inside at the connection. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Told {
  outside: number;
  inside: number;
  error: string;
}
const SCRIPT = fileURLToPath(new URL('../../support/lying-names.ts', import.meta.url));

// Its own network, and its own list of name servers: only root can make them.
test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'leads no input, store, registry or repository inside',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cove-names-'));
    try {
      await writeFile(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
      const within = `mount --bind "$1" /etc/resolv.conf && exec "$2" --no-warnings "$3"`;
      const args = ['sh', '-c', within, 'sh', join(folder, 'resolv.conf'), process.execPath, SCRIPT];
      const { stdout } = await promisify(execFile)('unshare', ['--net', '--mount', ...args]);
      const { said, asked } = JSON.parse(stdout) as {
        said: Record<'firstInput' | 'secondInput' | 'store' | 'firstImage' | 'secondImage' | 'git', Told>;
        asked: Record<string, number>;
      };
      expect(said.firstInput).toEqual({ outside: 1, inside: 0, error: '' });
      // Judged at every connection: the second answer leads inside.
      expect(said.secondInput).toMatchObject({ outside: 0, inside: 0 });
      expect(said.secondInput.error).toContain('leads into an internal network');
      // Checked with the first answer, connected to with the second.
      expect(said.store).toMatchObject({ outside: 0, inside: 0 });
      expect(said.store.error).toContain('leads into an internal network');
      expect(said.firstImage).toMatchObject({ outside: 1, inside: 0 });
      expect(said.secondImage).toMatchObject({ outside: 0, inside: 0 });
      // Git goes to the address that was checked, and asks nobody again. There is no Git there.
      expect(said.git).toMatchObject({ inside: 0, error: expect.stringContaining('git ls-remote') });
      expect(said.git.outside).toBeGreaterThan(0);
      expect(asked['git.example']).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
