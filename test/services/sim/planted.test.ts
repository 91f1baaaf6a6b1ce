/** A test of the simulator: bugs planted in a copy of the shipped files are found within 1,000 seeds. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const EXECUTION = 'app/core/lifecycle/execution.ts';
const ORDER = 'app/core/lifecycle/order.ts';
const RETRY = 'app/core/lifecycle/retry.ts';
const STORE = 'app/core/lifecycle/run-store-memory.ts';
const REAPER = 'app/scheduler/jobs/reaper.ts';
const DOORBELL = 'app/scheduler/jobs/doorbell.ts';
const PLANE = 'app/core/workers/control-plane.ts';
const AGENT = 'app/worker/agent.ts';
const LEASE = 'app/worker/lease.ts';

const BUGS: [bug: string, file: string, shipped: string, planted: string][] = [
  [
    'lifecycle: a lost run that was to stop stays so',
    EXECUTION,
    "{ from: 'stopping', to: 'stopped', audit: 'execution.end' },",
    '',
  ],
  [
    'lifecycle: a stopped run can be claimed',
    EXECUTION,
    "if: 'free', audit: null }",
    "if: 'free', audit: null }, { from: 'stopped', to: 'started', audit: null }",
  ],
  [
    'claim: what was told that there is nothing is given something',
    STORE,
    'claims.add(claimId);\n      return answered',
    'return answered',
  ],
  ['claim: a repeated one is refused to its holder', STORE, 'if (held?.workerId !== workerId)', 'if (held)'],
  [
    'heartbeat: does not prolong the lease',
    STORE,
    "lease(attempt, leaseSeconds);\n        return execution.status === 'stopping'",
    "return execution.status === 'stopping'",
  ],
  [
    'end: taken after the attempt has ended',
    STORE,
    'if (execution && attempt?.end === null)',
    'if (execution && attempt)',
  ],
  [
    'reaper: reaps in an outage of our own',
    REAPER,
    'silenceSeconds < SILENCE_SECONDS',
    'silenceSeconds >= 0',
  ],
  ['order: most first', ORDER, 'a.running - b.running', 'b.running - a.running'],
  ['order: no priorities', ORDER, 'b.priority - a.priority || ', ''],
  ['order: who came last goes first', ORDER, 'a.turn - b.turn', 'b.turn - a.turn'],
  ['quota: one more than it says', STORE, 'held) < most', 'held) <= most'],
  ['pause: gives away', STORE, '!paused.has(one.environment) &&', ''],
  ['retry: once more than the policy says', RETRY, 'attempt <= maxRetries', 'attempt <= maxRetries + 1'],
  ['retry: without a pause', STORE, 'one.notBefore <= now() && !held', '!held'],
  ['reaper: looks too seldom', REAPER, 'everySeconds: 2', 'everySeconds: 12'],
  [
    'reconciler: never rings again',
    DOORBELL,
    'waited.has(id) && !wasListed.has(id)',
    'waited.has(id) && wasListed.has(id)',
  ],
  [
    'pulse: renews no lease after an outage of our own',
    PLANE,
    'returned ? await plane.renewAll(LEASE_SECONDS) : 0',
    '0',
  ],
  [
    'agent: takes one job more than it has slots',
    AGENT,
    'this.#runs.size >= slots',
    'this.#runs.size > slots',
  ],
  [
    'agent: does not say that it holds nothing',
    AGENT,
    'if (!closing.aborted) await',
    'if (closing.aborted) await',
  ],
  [
    'agent: waits for jobs that it will not be given',
    AGENT,
    'while (!this.#draining.signal.aborted) {',
    'while (!closing.aborted) {\n      await pauseFor(UNREADY_MS, closing, clock);',
  ],
  [
    'agent: gives up after an error of Redis',
    AGENT,
    '      return null;\n    } finally',
    '      throw error;\n    } finally',
  ],
  [
    'lease: no beat after one that failed',
    LEASE,
    'if (!again) return schedule();',
    'if (!again) return failing ? undefined : schedule();',
  ],
  [
    'lease: goes by the wall clock',
    LEASE,
    'const schedule = () => {\n    callOff();',
    'const schedule = (due = Date.now() + seconds * 1000): unknown => {\n    if (Date.now() < due) return clock.after(100, () => schedule(due));',
  ],
];

const root = join(import.meta.dirname, '..', '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'cove-planted-'));
const play = (seeds: number) =>
  spawnSync(process.execPath, ['--no-warnings', 'test/sim/main.ts', '--seeds', String(seeds)], {
    cwd: copy,
    encoding: 'utf8',
    timeout: 100_000, // a planted bug may run in circles, and nothing else would end it
  });

beforeAll(() => {
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  for (const folder of ['sim', 'support'])
    cpSync(join(root, 'test', folder), join(copy, 'test', folder), { recursive: true });
  cpSync(join(root, 'app'), join(copy, 'app'), {
    recursive: true,
    filter: (path) => !path.endsWith('/app/web'),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('finds nothing where nothing is planted', () => {
  expect(play(3)).toMatchObject({ status: 0, stderr: '' });
});

it.each(BUGS)('finds %s', { timeout: 120_000 }, (_, file, shipped, planted) => {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(shipped), 'the place to plant it in').toHaveLength(2);
  writeFileSync(path, text.replace(shipped, planted));
  try {
    const { status, stderr } = play(1000);
    expect(stderr).toMatch(/^seed \d+, with /);
    expect(status).toBe(1);
  } finally {
    writeFileSync(path, text);
  }
});
