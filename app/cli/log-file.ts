/** Reading a service's log file: its last lines, its growth over rotations, and its JSON lines for people. */
import { open, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

const BLOCK = 64 * 1024;
const POLL_MS = 250;

/** The last `count` lines, and where the file ended. Reads from the end, so a huge log costs nothing. */
export async function lastLines(file: string, count: number): Promise<{ lines: string[]; end: number }> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let start = size;
    let tail = Buffer.alloc(0);
    let breaks = 0;
    while (start > 0 && breaks <= count) {
      const length = Math.min(BLOCK, start);
      start -= length;
      const block = Buffer.alloc(length);
      await handle.read(block, 0, length, start);
      breaks += block.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
      tail = Buffer.concat([block, tail]);
    }
    const lines = tail.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return { lines: count === 0 ? [] : lines.slice(-count), end: size };
  } finally {
    await handle.close();
  }
}

/** Calls `onLine` for every line after `position`, for ever; a rotated file is read from its beginning. */
export async function followFile(
  file: string,
  position: number,
  onLine: (line: string) => void,
  stop?: AbortSignal,
): Promise<void> {
  let at = position;
  let inode = (await stat(file)).ino;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  while (stop?.aborted !== true) {
    const now = await stat(file).catch(() => null);
    if (now !== null && (now.ino !== inode || now.size < at)) {
      inode = now.ino;
      at = 0;
    }
    if (now !== null && now.size > at) {
      const handle = await open(file);
      try {
        const block = Buffer.alloc(Math.min(BLOCK, now.size - at));
        const { bytesRead } = await handle.read(block, 0, block.length, at);
        at += bytesRead;
        const lines = (rest + decoder.write(block.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      } finally {
        await handle.close();
      }
      continue;
    }
    await delay(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

const LEVELS: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const ALWAYS_THERE = ['level', 'time', 'pid', 'hostname', 'msg', 'name', 'role', 'service'];

/** A line of our own services (JSON) as `time level message key=value`; any other line as it is. */
export function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level !== 'number') return line;
    const stamp = typeof time === 'number' ? new Date(time).toISOString() : String(time);
    const said = typeof msg === 'string' ? [msg] : [];
    const more = Object.entries(rest)
      .filter(([key]) => !ALWAYS_THERE.includes(key))
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return [stamp, (LEVELS[level] ?? String(level)).padEnd(5), ...said, ...more].join(' ');
  } catch {
    return line;
  }
}
