/** The live log of an execution, line by line, resumed where it broke off. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { parseEvents } from '../sse.ts';

export interface LogEvent {
  seq: number;
  time: string;
  stream: 'status' | 'stdout' | 'stderr';
  message: string;
}
/** Reconnections in a row that bring nothing before we give up. */
const PATIENCE = 30;

/** Calls `onLine` for every line until the execution has ended; returns its final status. */
export async function followLog(
  api: ApiClient,
  executionId: string,
  onLine: (line: LogEvent) => void,
  stop: AbortSignal,
): Promise<string> {
  let lastEventId: string | null = null;
  let fruitless = 0;
  for (;;) {
    try {
      const response = await api.events(
        `/api/v0/executions/${executionId}/events/stream/`,
        lastEventId,
        stop,
      );
      for await (const { id, event, data } of parseEvents(response.body as AsyncIterable<Uint8Array>)) {
        fruitless = 0;
        lastEventId = id ?? lastEventId;
        if (event === 'end') return (JSON.parse(data) as { status: string }).status;
        if (event === 'message') onLine(JSON.parse(data) as LogEvent);
      }
      fruitless += 1;
    } catch (error) {
      fruitless += 1;
      stop.throwIfAborted();
      if (fruitless >= PATIENCE) throw error;
    }
    if (fruitless >= PATIENCE) throw new Error('The log ended without saying how the execution ended.');
    await delay(300);
  }
}
