/** What every executor keeps to that lets a person into a running job. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Inside, Wish } from '../../app/worker/executors/inside.ts';
import { hostKey } from '../../app/worker/ssh/host-key.ts';
import { openSsh } from '../../app/worker/ssh/open.ts';
import type { Bench } from './executor-contract.ts';
import { freePort } from './process.ts';

const run = promisify(execFile);

export async function newKey(): Promise<{ file: string; publicKey: string }> {
  const file = join(await mkdtemp(join(tmpdir(), 'cove-key-')), 'id');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return { file, publicKey: (await readFile(`${file}.pub`, 'utf8')).trim() };
}

/** Types a command into the real client and waits for its end. */
export async function ssh(port: number, key: string, args: string[], input = '') {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const flags = [...options, 'IdentitiesOnly=yes', 'BatchMode=yes'].flatMap((option) => ['-o', option]);
  const line = ['-F', '/dev/null', ...flags, '-i', key, '-p', String(port), 'root@127.0.0.1', ...args];
  const child = spawn('ssh', line);
  child.stdin.on('error', () => {}).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

async function said(inside: Inside | undefined, wish: Wish, input = '') {
  const entered = await inside?.enter(wish);
  if (entered === undefined) throw new Error('nobody is let in');
  entered.stdin.end(input);
  const stderr = entered.stderr === null ? Promise.resolve('') : text(entered.stderr);
  const [stdout, errors, code] = await Promise.all([text(entered.stdout), stderr, entered.ended]);
  return { stdout, stderr: errors, code };
}

export function insideContract(bench: Bench): void {
  const begun = async () => {
    const job = await bench.start('echo up; sleep 300', {
      environment: { KEY: 'hush hush' },
      secrets: ['hush hush'],
    });
    await expect.poll(job.seen, { timeout: 10_000 }).toContain('up');
    return job;
  };

  test('a person is let in: their command has the variables and folders of the job, and a terminal on request', async () => {
    const { running, ran } = await begun();
    const command =
      'echo "$GREETING, $KEY"; test "$PWD" = "$VH_REPOSITORY_DIR" && cat; echo oops >&2; exit 7';
    expect(await said(running.inside, { command, terminal: null }, 'typed')).toEqual({
      stdout: "it's $HOME, hush hush\ntyped",
      stderr: 'oops\n',
      code: 7,
    });
    const terminal = { columns: 100, rows: 40, name: 'xterm' };
    const shown = await said(running.inside, { command: 'stty size; echo $TERM; exit 3', terminal });
    expect(shown).toMatchObject({ stdout: '40 100\r\nxterm\r\n', code: 3 });
    await running.stop(0);
    await ran;
  });

  test('by SSH, the real client: only the key that was given, and only until the job ends', async () => {
    const { running, ran } = await begun();
    const [mine, other] = [await newKey(), await newKey()];
    const lines: string[] = [];
    const where = {
      folder: bench.folder,
      reach: Promise.resolve({ listen: '127.0.0.1', address: '127.0.0.1' }),
    };
    const wished = await freePort();
    const close = await openSsh(running, { port: wished, key: mine.publicKey }, where, (line) =>
      lines.push(line),
    );
    const { fingerprint } = await hostKey(bench.folder);
    expect(lines[0]).toContain(`host key ${fingerprint}`);
    const { port, address } = JSON.parse(lines.at(-1)?.replace('::ssh::', '') ?? '');
    expect([port, address]).toEqual([wished, '127.0.0.1']);
    const [allowed, refused] = await Promise.all([
      ssh(port, mine.file, ['echo "$GREETING"; cat; exit 5'], 'typed'),
      ssh(port, other.file, ['echo no']),
    ]);
    expect(allowed).toMatchObject({ code: 5, stdout: "it's $HOME\ntyped" });
    expect(refused).toMatchObject({ code: 255, stdout: '' });
    expect(refused.stderr).toContain('Permission denied (publickey)');
    // As the official client asks for a shell.
    const shell = await ssh(port, mine.file, ['-tt', '/bin/bash'], 'echo $((6*7)) is it; exit\n');
    expect(shell).toMatchObject({ code: 0, stdout: expect.stringContaining('42 is it') });

    const second = await openSsh(running, { port, key: other.publicKey }, where, (line) => lines.push(line));
    expect(lines.join('\n')).toContain(`Port ${port} of this machine is taken`);
    second();
    const open = ssh(port, mine.file, ['echo inside; sleep 300']);
    await running.stop(0);
    close();
    await ran;
    expect((await open).code).not.toBe(0);
    expect((await ssh(port, mine.file, ['true'])).stderr).toContain('Connection refused');
  });
}
