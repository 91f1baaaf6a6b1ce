/** Somebody who watches a log, and comes back where he was when the line breaks: what a browser's EventSource does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, LogEvent } from './api.ts';

export interface Viewer {
  /** Every line that was delivered, in the order of its coming; `at`: when, in milliseconds since 1970. */
  seen: (LogEvent & { id: string; at: number })[];
  /** How often the line broke. */
  breaks: number;
  /** Settles with the run's end, or when it was closed. */
  done: Promise<void>;
  close(): void;
}

export function watch(api: Api, execution: string): Viewer {
  const closing = new AbortController();
  const viewer: Viewer = { seen: [], breaks: 0, done: Promise.resolve(), close: () => closing.abort() };
  viewer.done = follow(api, execution, viewer, closing.signal);
  return viewer;
}

async function follow(api: Api, execution: string, viewer: Viewer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const over = await read(api, execution, viewer, signal).catch(() => false);
    if (over || signal.aborted) return;
    viewer.breaks++;
    await sleep(100);
  }
}

/** True after the last event. */
async function read(api: Api, execution: string, { seen }: Viewer, signal: AbortSignal): Promise<boolean> {
  const last = seen.at(-1)?.id;
  const response = await fetch(`${api.base}/api/v0/executions/${execution}/events/stream/?limit=0`, {
    headers: {
      authorization: `Token ${api.token}`,
      accept: 'text/event-stream',
      ...(last !== undefined && { 'last-event-id': last }),
    },
    signal,
  });
  if (!response.ok) throw new Error(`the stream answered ${response.status}`);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, id] = /^id: (.*)$/m.exec(event) ?? [];
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      if (/^event: end$/m.test(event)) return true;
      if (id !== undefined && data !== undefined) seen.push({ id, at: Date.now(), ...JSON.parse(data) });
    }
  }
  return false;
}
