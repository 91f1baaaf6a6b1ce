/** What a run is waiting for, in its status line: told only where it takes long enough for somebody to wonder. */
import type { RunApi } from './api.ts';

const LOOK_MS = 1_500;

export interface Detail {
  /** The latest thing that was said. */
  say(message: string): void;
  /** The wait is over: the line is empty again. */
  over(): void;
}

/** Reports in passing: a failure is of no interest, the next look comes soon. */
export function reportDetail(api: Pick<RunApi, 'status'>): Detail {
  let latest = '';
  let told = '';
  let telling = Promise.resolve();
  const tell = (message: string) => {
    if (message === told) return;
    told = message;
    telling = telling.then(() => api.status(message.slice(0, 4000))).catch(() => {});
  };
  const timer = setInterval(() => tell(latest), LOOK_MS);
  return {
    say: (message) => {
      latest = message;
    },
    over: () => {
      clearInterval(timer);
      tell('');
    },
  };
}
