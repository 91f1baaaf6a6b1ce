/**
 * Role `scaler`: the one part of a worker stack that always runs. It tells the installation what machines its cloud has
 * here, by its own cloud identity, and carries out what is ordered; nobody reaches it, it asks.
 */
import { readFileSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { type Machines, openMachines } from '../platform/machines/machines.ts';
import { PROTOCOL_VERSION, SyncResponse, WORKER_API } from '../protocol/worker.ts';
import type { MachineGroup, ScalerSettings } from '../settings.ts';
import { Http } from '../worker/http.ts';
import { backOff, pauseFor } from '../worker/retry.ts';
import { carryOut, reportOf, signerOf } from './group.ts';

type Open = (group: MachineGroup) => Promise<Machines>;

/** `open` is another one where a test has its own cloud. */
export async function startScaler(settings: ScalerSettings, open: Open = openMachines, log = pino()) {
  const groups = new Map<string, Machines>();
  for (const group of settings.groups) groups.set(group.group, await open(group));
  const http = new Http(settings.apiUrl);
  const stop = new AbortController();
  const running = run({ settings, groups, http, log, stop: stop.signal });
  log.info({ groups: [...groups.keys()] }, `scaler of worker stack ${settings.name} runs`);
  return {
    async close() {
      stop.abort();
      await running;
      await http.close();
      for (const machines of groups.values()) machines.close();
    },
  };
}

interface Scaler {
  settings: ScalerSettings;
  groups: Map<string, Machines>;
  http: Http;
  log: Logger;
  stop: AbortSignal;
}

async function run({ settings, groups, http, log, stop }: Scaler): Promise<void> {
  // Told as done until the installation has heard it; then it names them no more.
  let done: number[] = [];
  for (let failures = 0; !stop.aborted; ) {
    try {
      const [report, signer] = await Promise.all([reportOf(groups), signerOf(groups)]);
      const body = { protocol: PROTOCOL_VERSION, done, groups: report, ...(signer && { signer }) };
      const token = readFileSync(settings.tokenFile, 'utf8').trim();
      const answer = await http.post(`${WORKER_API}/sync`, body, `Scaler ${token}`, stop);
      const { orders, seconds } = SyncResponse.parse(answer);
      done = await carryOut(groups, orders, log);
      failures = 0;
      // What was just done is told at once.
      if (done.length === 0) await pauseFor(seconds * 1000, stop);
    } catch (error) {
      if (stop.aborted) return;
      failures++;
      const { message } = error as Error;
      log.warn({ retry: failures }, `the installation could not be told: ${message}`);
      await pauseFor(backOff(failures), stop).catch(() => {});
    }
  }
}
