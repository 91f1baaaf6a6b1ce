/** Runs the system's `git`: argument vector only, own environment, time limit, no hooks, no prompts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { CoveError } from './errors.ts';
import { outboundVariables } from './outbound.ts';

/** What every Git process sees: nothing of this service's own environment but the way to programs. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_OPTIONAL_LOCKS: '0',
    ...outboundVariables(),
  };
}

/** Never a hook, a helper program or a transport but the three that are asked for by name. */
export const SAFE_CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'credential.helper=',
  'protocol.allow=never',
  'protocol.ssh.allow=always',
  'protocol.https.allow=always',
  'protocol.http.allow=always',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
  'fetch.recurseSubmodules=false',
  // A few objects, however large, would else come one by one, where nobody looks at their size.
  'transfer.unpackLimit=1',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
];

/** How a run of Git went wrong; `git-errors.ts` puts it into words. */
export class GitFailure extends Error {
  readonly stderr: string;
  readonly timedOut: boolean;
  constructor(args: string[], code: number | null, stderr: string, timedOut: boolean) {
    super(`git ${args[0]} ended with ${timedOut ? 'a timeout' : code}: ${stderr.slice(-2000)}`);
    this.name = 'GitFailure';
    this.stderr = stderr;
    this.timedOut = timedOut;
  }
}

export interface GitRun {
  /** The bare repository. */
  repository?: string;
  config?: string[];
  environment?: Record<string, string>;
  timeoutMs?: number;
  /** Looked at every second; a text ends the run with that complaint. */
  watch?: () => Promise<string | null>;
  maxOutput?: number;
  input?: string;
}

/** Starts Git in a process group of its own, so that its helpers (ssh, index-pack) end with it. */
export function startGit(args: string[], run: GitRun = {}): ChildProcess {
  const config = [...SAFE_CONFIG, ...(run.config ?? [])].flatMap((entry) => ['-c', entry]);
  const where = run.repository ? [`--git-dir=${run.repository}`] : [];
  return spawn('git', [...config, ...where, ...args], {
    env: { ...gitEnvironment(), ...run.environment },
    stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Ends the whole group. */
export function killGit(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/** Runs Git and gives what it printed; throws `GitFailure`, or `CoveError` for what `watch` complained about. */
export async function git(args: string[], run: GitRun = {}): Promise<string> {
  const child = startGit(args, run);
  const output: Buffer[] = [];
  const max = run.maxOutput ?? 64 * 1024 * 1024;
  let size = 0;
  let stderr = '';
  let ended: 'timeout' | CoveError | undefined;
  const end = (reason: 'timeout' | CoveError) => {
    ended ??= reason;
    killGit(child);
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > max) end(new CoveError('too_large', `git ${args[0]} answered more than ${max} bytes.`));
    else output.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-16_000);
  });
  child.stdin?.on('error', () => {}).end(run.input);

  const timer = setTimeout(() => end('timeout'), run.timeoutMs ?? 60_000);
  const watcher = setInterval(async () => {
    const complaint = await run.watch?.().catch(() => null);
    if (complaint) end(new CoveError('too_large', complaint));
  }, 1000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (ended instanceof CoveError) throw ended;
    if (code !== 0) throw new GitFailure(args, code, stderr, ended === 'timeout');
    return Buffer.concat(output).toString('utf8');
  } finally {
    clearTimeout(timer);
    clearInterval(watcher);
  }
}
