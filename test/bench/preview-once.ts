/**
 * One preview for `preview.ts`, in a process of its own: `TARGET ENVIRONMENTS`, or `plain RESOURCES` for a program that
 * makes so many passwords and nothing else. Prints seconds, memory and what it counted as JSON.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import { FakeStack } from '../fakes/cloud/with.ts';

export interface Once {
  resources: number;
  /** With everything to be loaded, and again in the same process. */
  seconds: [first: number, again: number];
  /** Processor time of the process that runs the program, with the fake cloud in it: other work slows it little. */
  cpu: [first: number, again: number];
  /** Peak of the engine and of the process that runs the program, with the fake cloud in it; bytes. */
  engine: number;
  program: number;
}

const [name = '', given = ''] = process.argv.slice(2);
const count = Number(given);
// A plain program shall not carry what the stacks load.
const { targets } = name === 'plain' ? { targets: [] } : await import('../engine/cloud/targets.ts');
const target = targets.find((one) => one.name === name);
const plain = async () => {
  for (let index = 0; index < count; index++) new RandomPassword(`password-${index}`, { length: 32 });
};
const program = name === 'plain' ? plain : target?.environments?.(count);
if (program === undefined) throw new Error(`${name} has no program for ${given} environments`);

const opened = await target?.open?.();
const stack = await FakeStack.open({ ...target?.cloud, ...opened?.options });
let engine = 0;
let engineAt: string | undefined;
// Seldom: this process runs the program too, and would measure its own looking.
const watch = setInterval(() => {
  engine = Math.max(engine, peakOfEngine());
}, 500);
try {
  target?.prepare(stack.cloud);
  await stack.stack();
  const seconds: number[] = [];
  const cpu: number[] = [];
  let resources = 0;
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    const used = process.cpuUsage();
    resources = (await stack.preview(program)).changes.length;
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1e6);
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ resources, seconds, cpu, engine, program: peak }));
} finally {
  clearInterval(watch);
  await stack.close();
  await opened?.close();
}

/** Of the engine that runs now, which tells its own peak; 0 where there is none, or no Linux. */
function peakOfEngine(): number {
  engineAt ??= pids().find((pid) => /^Name:\s+pulumi$/m.test(status(pid)) && parentOf(pid) === process.pid);
  if (engineAt === undefined) return 0;
  const peak = /^VmHWM:\s+(\d+)/m.exec(status(engineAt))?.[1];
  // It has ended: the next preview has another.
  if (peak === undefined) engineAt = undefined;
  return Number(peak ?? 0) * 1024;
}

function parentOf(pid: string): number {
  return Number(/^PPid:\s+(\d+)/m.exec(status(pid))?.[1]);
}

function status(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch {
    return [];
  }
}
