/** The worker role: `startWorker` is what `app/main.ts` calls. */
import { mkdir } from 'node:fs/promises';
import { pino } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { Agent } from './agent.ts';
import { joined } from './join.ts';

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
  const agent = new Agent(await joined(settings, log), log);
  return {
    ended: agent.run(),
    close: (patienceMs = DRAIN_MS) => agent.drain(patienceMs),
  };
}
