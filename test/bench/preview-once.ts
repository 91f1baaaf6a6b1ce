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
const watch = setInterval(() => {
  engine = Math.max(engine, peakOfEngine());
}, 50);
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

/** Linux only; elsewhere 0. */
function peakOfEngine(): number {
  let most = 0;
  for (const pid of pids()) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!/^Name:\s+pulumi$/m.test(status) || Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid)
        continue;
      most = Math.max(most, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended meanwhile.
    }
  }
  return most;
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch {
    return [];
  }
}
