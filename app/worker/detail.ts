/** What a run is waiting for, in its status line: told only where it takes long enough for somebody to wonder. */
import type { Phase } from '../protocol/worker.ts';
import type { RunApi } from './api.ts';

const LOOK_MS = 1_500;

export interface Detail {
  /** The latest thing that was said, and what it is part of. */
  say(phase: Phase, message: string): void;
  /** The wait is over: the line is empty again. */
  over(): void;
}

/** Reports in passing: a failure is of no interest, the next look comes soon. */
export function reportDetail(api: Pick<RunApi, 'status'>): Detail {
  let latest: { phase: Phase | null; message: string } = { phase: null, message: '' };
  let told = '';
  let telling = Promise.resolve();
  const tell = ({ phase, message }: typeof latest) => {
    if (message === told) return;
    told = message;
    telling = telling.then(() => api.status(message.slice(0, 4000), phase)).catch(() => {});
  };
  const timer = setInterval(() => tell(latest), LOOK_MS);
  return {
    say: (phase, message) => {
      latest = { phase, message };
    },
    over: () => {
      clearInterval(timer);
      tell({ phase: null, message: '' });
    },
  };
}
