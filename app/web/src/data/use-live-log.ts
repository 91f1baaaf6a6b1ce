import { useEffect, useRef, useState } from 'react';

export interface LogEvent {
  /** `<attempt>-<seq>` */
  id: string;
  seq: number;
  time: string;
  stream: 'status' | 'stdout' | 'stderr';
  message: string;
}
/** More lines than a person scrolls through; the whole log can be downloaded. */
const WINDOW = 5000;

/**
 * The log of an execution as it grows. The browser resumes with `Last-Event-ID` after a cut; lines are drawn
 * once a frame, so that a fast log does not block the page.
 */
export function useLiveLog(executionId: string): {
  lines: LogEvent[];
  dropped: number;
  state: 'live' | 'cut' | 'ended';
} {
  const [log, setLog] = useState<{ lines: LogEvent[]; dropped: number }>({ lines: [], dropped: 0 });
  const [state, setState] = useState<'live' | 'cut' | 'ended'>('live');
  const waiting = useRef<LogEvent[]>([]);
  useEffect(() => {
    setLog({ lines: [], dropped: 0 });
    setState('live');
    waiting.current = [];
    let frame = 0;
    const draw = () => {
      frame = 0;
      const fresh = waiting.current;
      waiting.current = [];
      setLog((old) => {
        const all = [...old.lines, ...fresh];
        const cut = Math.max(0, all.length - WINDOW);
        return { lines: cut > 0 ? all.slice(cut) : all, dropped: old.dropped + cut };
      });
    };
    const source = new EventSource(`/api/v0/executions/${executionId}/events/stream/`);
    source.onmessage = (event: MessageEvent<string>) => {
      waiting.current.push({ id: event.lastEventId, ...JSON.parse(event.data) });
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    source.onopen = () => setState('live');
    source.onerror = () => setState('cut');
    source.addEventListener('end', () => {
      source.close();
      setState('ended');
    });
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [executionId]);
  return { ...log, state };
}
