/** A program that is run to its end, such as a step of the bootstrap. It must be idempotent: it runs again on change. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { logFile, supervisorPlaces } from '../../local/supervisor/places.ts';
import { adoptProcess, serviceEnvironment } from '../../local/supervisor/process.ts';
import type { Context, Kind } from '../kind.ts';

const inputs = z.strictObject({
  installation: z.string().startsWith('/'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  command: z.string().min(1),
  args: z.array(z.string()),
  environment: z.record(z.string(), z.string()).optional(),
  /** It is run again when one of these changes. */
  triggers: z.record(z.string(), z.string()),
  /** Files that it makes: it is run again when one is missing. */
  makes: z.array(z.string()),
  seconds: z.number().positive(),
});
export type ProgramInputs = z.infer<typeof inputs>;
type Outputs = { finished: string };

const LAUNCHER = fileURLToPath(new URL('../../local/supervisor/launch.sh', import.meta.url));
const underWay = new Set<ChildProcess>();

/** Ends what runs: the engine is gone, and the next one will run it again. */
export function endSteps(): void {
  for (const { pid } of underWay) endGroup(pid);
}

/** A step and whatever it started. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

async function run(wanted: ProgramInputs, { log }: Context): Promise<Outputs> {
  const { installation, name, command, args, environment, seconds } = wanted;
  const places = supervisorPlaces(installation);
  // Steps are recorded as services are: one that outlived a killed run must not meet this one.
  const steps = { ...places, running: join(dirname(places.running), 'steps') };
  mkdirSync(steps.running, { recursive: true, mode: 0o700 });
  mkdirSync(places.logs, { recursive: true, mode: 0o700 });
  const left = adoptProcess(steps, name);
  if (left !== null) {
    endGroup(left.pid);
    await left.ended;
  }

  const record = join(steps.running, `${name}.json`);
  const child = spawn('/bin/sh', [LAUNCHER, record, 'step', command, ...args], {
    cwd: installation,
    env: serviceEnvironment({ name, command, args, environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  underWay.add(child);
  const timer = setTimeout(() => endGroup(child.pid), seconds * 1000);
  const lines: string[] = [];
  const take = (line: string) => {
    const text = messageOf(line);
    if (text === '') return;
    lines.push(text);
    log(text, { passing: true });
  };
  const file = logFile(places, name);
  const raw: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      raw.push(line);
      take(line);
    });
  }
  const how = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(
        code === 0 ? null : signal === null ? `exit code ${code}` : `${signal} (it may take ${seconds} s)`,
      ),
    );
  });
  clearTimeout(timer);
  underWay.delete(child);
  rmSync(record, { force: true });
  await appendFile(file, raw.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  if (how === null) return { finished: new Date().toISOString() };
  throw new Error(`Step ${name} ended with ${how}: ${lines.slice(-5).join('\n')}\nAll it said is in ${file}`);
}

/** The message of a JSON log line; any other line as it is. */
export function messageOf(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line.trim();
  }
}

export const program: Kind<ProgramInputs, Outputs> = {
  inputs,
  outputs: ['finished'],
  async create(wanted, context) {
    return { id: wanted.name, outputs: await run(wanted, context) };
  },
  async read(_name, { makes }) {
    return makes.every((path) => existsSync(path)) ? {} : null;
  },
  update: (_name, _olds, wanted, context) => run(wanted, context),
  async delete() {},
};
