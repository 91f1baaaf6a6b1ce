/**
 * The process of `workers.ts` that is many workers at once: the agent's own loop, session and leases, each with connections of
 * its own, and jobs that run nothing. A job ends at once, or is held until it is told to end.
 */
import { pino } from 'pino';
import { Agent, type Shop } from '../../app/worker/agent.ts';
import { machineClock } from '../../app/worker/clock.ts';
import { holdRun, reportEnd } from '../../app/worker/hold.ts';
import { keepLeases } from '../../app/worker/lease.ts';
import { openSession, type Session } from '../../app/worker/session.ts';
import { now } from './clock.ts';

/** What the parent says. */
export type Order =
  | { kind: 'more'; apiUrl: string; folder: string; workers: { name: string; tokenFile: string }[] }
  /** What is taken from now on is held, or ends at once; `let go`: what was held ends. */
  | { kind: 'hold' | 'pass' | 'let go' };
/** What it hears, with milliseconds of `clock.ts`. */
export type Told = { ready: number } | { taken: string; at: number } | { ended: string; at: number };

const tell = (told: Told) => void process.send?.(told);
const log = pino({ level: 'silent' });
let ready = 0;
let hold = false;
let letGo = Promise.withResolvers<void>();

function shop({ api, about }: Session, onDrain: () => void): Shop {
  const holder = { api, leases: keepLeases(api, about.heartbeat_seconds, () => {}, onDrain), log };
  tell({ ready: ++ready });
  return {
    settled: Promise.resolve(),
    unready: async () => null,
    async run(job, control, onLease) {
      tell({ taken: job.execution_id, at: now() });
      await holdRun(holder, job, control, onLease, async (run) => {
        if (hold) await letGo.promise;
        await reportEnd(run, control, { status: 'complete', exit_code: 0, reason: 'done', log_lines: 0 });
      });
      tell({ ended: job.execution_id, at: now() });
    },
  };
}

function begin({ apiUrl, folder, workers }: Extract<Order, { kind: 'more' }>): void {
  for (const worker of workers) {
    const settings = { role: 'worker' as const, ...worker, apiUrl, folder, executors: ['process' as const] };
    const agent = new Agent(
      {
        slots: 1,
        clock: machineClock,
        openSession: (signal) =>
          openSession({ ...settings, slots: 1, dockerSocket: '', relay: false }, log, signal),
        openShop: async (session, onDrain) => shop(session, onDrain),
        listenForNotice: () => {},
        leave: async () => new Error('removed'),
      },
      log,
    );
    void agent.run();
  }
}

process.on('message', (order: Order) => {
  if (order.kind === 'more') return begin(order);
  if (order.kind !== 'let go') {
    hold = order.kind === 'hold';
    return;
  }
  letGo.resolve();
  letGo = Promise.withResolvers();
});
process.once('disconnect', () => process.exit(0));
