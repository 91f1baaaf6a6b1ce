/** Ends the runs of workers that fell silent; within 15 s together with the lease's term (design 2). */
import { SILENCE_SECONDS } from '../../core/workers/control-plane.ts';
import { reapLost } from '../../core/workers/reap-lost.ts';
import type { Job } from '../runner.ts';

/** A lease that ran out while we were silent ourselves says nothing about its worker. */
export const decide = (silenceSeconds: number): 'reap' | 'wait' =>
  silenceSeconds < SILENCE_SECONDS ? 'reap' : 'wait';

/** One look at who fell silent. `reapLost` tells how long we were silent ourselves, and ends nothing unless it may. */
export const pass = (
  reapLost: (mayReap: (silenceSeconds: number) => boolean) => Promise<unknown>,
): Promise<unknown> => reapLost((silenceSeconds) => decide(silenceSeconds) === 'reap');

export const reaper: Job = {
  name: 'reaper',
  everySeconds: 2,
  run: (context) => pass((mayReap) => reapLost(context, mayReap)),
};
