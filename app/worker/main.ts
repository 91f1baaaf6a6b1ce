/** The worker role: `startWorker` is what `app/main.ts` calls. */
import { mkdir } from 'node:fs/promises';
import { type Logger, pino } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { Agent, type Ground } from './agent.ts';
import { machineClock } from './clock.ts';
import { findGpus } from './gpus.ts';
import { joined } from './join.ts';
import { listenForNotice } from './notice.ts';
import { removed } from './retire.ts';
import { Room } from './room.ts';
import { openSession } from './session.ts';
import { openShop } from './workshop.ts';

/** After the first signal a running job has so long to end by itself; the process's own grace is twice that. */
const DRAIN_MS = 15_000;

export interface Worker {
  /** Settles when the worker has closed; rejects where the platform refuses it. */
  readonly ended: Promise<void>;
  /** Drains: no new job; the running one may end by itself within `patienceMs`, then it is ended. */
  close(patienceMs?: number): Promise<void>;
}

export async function startWorker(settings: WorkerSettings, log = pino()): Promise<Worker> {
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  const agent = new Agent(await groundOf(await joined(settings, log), log), log);
  return {
    ended: agent.run(),
    close: (patienceMs = DRAIN_MS) => agent.drain(patienceMs),
  };
}

async function groundOf(settings: WorkerSettings, log: Logger): Promise<Ground> {
  const gpus = await findGpus((message) => log.warn(`GPUs are not used: ${message}`));
  const room = settings.executors.includes('docker') ? new Room(settings.slots, gpus) : undefined;
  return {
    slots: settings.slots,
    clock: machineClock,
    openSession: (signal) => openSession(settings, log, signal, room?.whole),
    openShop: (session, onDrain) => openShop(settings, session, room, onDrain, log),
    listenForNotice: (signal, onNotice) => listenForNotice(settings.machine, signal, onNotice),
    leave: () => removed(settings),
  };
}
