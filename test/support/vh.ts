/** The official `vh` client, unmodified, as a data scientist types it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { officialClient } from '../setup/python.ts';

export interface VhOptions {
  /** Folder of the client's own settings: a test has one of its own, so that logins do not meet. */
  configDir: string;
  cwd: string;
  /** Typed into its prompts. */
  input?: string;
  env?: Record<string, string>;
  /** Called with what it has printed so far; true: that is enough, Ctrl-C. */
  enough?: (stdout: string) => boolean;
  /** Aborted: Ctrl-C. */
  interrupt?: AbortSignal;
}
export interface VhOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

const program = async () => process.env.COVE_TEST_VH ?? (await officialClient());

const surroundings = (configDir: string, more: Record<string, string> = {}) => ({
  VALOHAI_CONFIG_DIR: configDir,
  // Wide enough that no table is cut, and plain enough to be compared.
  COLUMNS: '250',
  PYTHONUNBUFFERED: '1',
  PYTHONIOENCODING: 'utf-8',
  LC_ALL: 'C.UTF-8',
  ...more,
});

/** Runs `vh` and waits for its end. */
export async function vh(args: string[], options: VhOptions): Promise<VhOutcome> {
  const { configDir, cwd, input, env, enough, interrupt } = options;
  const path = await program();
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, env: { ...process.env, ...surroundings(configDir, env) } });
    let stdout = '';
    let stderr = '';
    let hasEnough = false;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (hasEnough || !enough?.(stdout)) return;
      // Once: told twice, the client cannot end in order.
      hasEnough = true;
      child.kill('SIGINT');
    });
    interrupt?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input ?? '');
  });
}

export interface Line extends Pick<VhOptions, 'configDir' | 'cwd' | 'input' | 'env'> {
  args: string[];
}

/** Runs many commands of `vh` for little more than the price of one; tells which commands it has, and of each its options. */
export async function vhMany(
  lines: Line[],
): Promise<{ tree: string[]; options: [command: string, ...names: string[]][]; outcomes: VhOutcome[] }> {
  const script = fileURLToPath(new URL('vh-many.py', import.meta.url));
  const child = spawn(join(dirname(await program()), 'python'), [script], {
    env: { ...process.env, PYTHONIOENCODING: 'utf-8', LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked = lines.map(({ configDir, env, ...line }) => ({ ...line, env: surroundings(configDir, env) }));
  child.stdin.end(JSON.stringify(asked));
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(said);
}
