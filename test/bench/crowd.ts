/** A process of `viewers.ts`: the crowd that watches, or the bare server beside. Told by its parent what to do. */
import { once } from 'node:events';
import { type ClientRequest, createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Crowd {
  kind: 'crowd';
  url: string;
  headers: Record<string, string>;
  viewers: number;
  /** The share of them that breaks off once, and comes back with the last event's id. */
  returning: number;
  seconds: number;
}
export interface Bare {
  kind: 'bare';
  rate: number;
  seconds: number;
}
export interface Seen {
  /** Milliseconds, of the oldest line of each delivery. */
  late: number[];
  /** Lines that a viewer never got, or got twice. */
  missed: number;
  doubled: number;
  returned: number;
  /** Streams that were broken off by the server, and asked for again, with what was said of it. */
  broken: string[];
  deliveries: number;
  bytes: number;
  cpuSeconds: number;
}
/** A line of the job: when it was written, and what fills it up to the usual hundred characters. */
export const lineAt = (time: number) => `at ${time} ${'.'.repeat(80)}`;

/** Viewers that open their streams in this many at a time. */
const DOORS = 50;
const WRITES_MS = 100;
const END = 'event: end\ndata: {}\n\n';
/** Who has not seen the end so long behind the last line has missed it. */
const PATIENCE_S = 30;

async function crowd({ url, headers, viewers, returning, seconds }: Crowd): Promise<void> {
  const seen: Seen = {
    late: [],
    missed: 0,
    doubled: 0,
    returned: 0,
    broken: [],
    deliveries: 0,
    bytes: 0,
    cpuSeconds: 0,
  };
  const ends: Promise<void>[] = [];
  const watching: ReturnType<typeof view>[] = [];
  for (let n = 0; n < viewers; n += DOORS) {
    const some = Array.from({ length: Math.min(DOORS, viewers - n) }, (_, k) => {
      const returns = returning > 0 && (n + k) % Math.round(1 / returning) === 0;
      return view(url, headers, seen, returns ? Math.random() * seconds * 800 : null);
    });
    watching.push(...some);
    await Promise.all(some.map(({ open }) => open));
    ends.push(...some.map(({ end }) => end));
  }
  const before = process.cpuUsage();
  process.send?.('open');
  const tooLate = sleep((seconds + PATIENCE_S) * 1000, null, { ref: false });
  await Promise.race([Promise.all(ends), tooLate]);
  const { user, system } = process.cpuUsage(before);
  for (const one of watching) if (!one.over()) seen.broken.push(`no end: ${one.where()}`);
  // Taken before the channel is closed: it is a large message, which was lost now and then, and its parent waited for ever.
  await new Promise((taken) => process.send?.({ ...seen, cpuSeconds: (user + system) / 1e6 }, taken));
}

/** One viewer; `breaks`: milliseconds after its first line. */
function view(url: string, headers: Record<string, string>, seen: Seen, breaks: number | null) {
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let last = 0;
  let left = breaks;
  let over = false;
  const connect = () => {
    const resume = last > 0 && { 'last-event-id': `1-${last}` };
    const request: ClientRequest = get(url, { agent: false, headers: { ...headers, ...resume } });
    let left = false;
    const again = (why: string) => {
      if (over || left) return;
      left = true;
      if (why !== '') seen.broken.push(why);
      connect();
    };
    request.on('error', (error) => again(error.message));
    request.on('response', (response) => {
      let rest = '';
      response.on('data', (bytes: Buffer) => {
        seen.bytes += bytes.length;
        const text = rest + bytes.toString('latin1');
        const to = text.lastIndexOf('\n\n') + 2;
        rest = to < 2 ? text : text.slice(to);
        if (to >= 2) {
          read(text.slice(0, to), () => {
            again('');
            request.destroy();
          });
        }
        opened.resolve();
      });
      response.on('error', (error) => again(error.message));
      response.on('close', () => again(`status ${response.statusCode}, closed behind line ${last}`));
    });
  };
  const read = (text: string, comeBack: () => void) => {
    const first = Number(/^id: 1-(\d+)$/m.exec(text)?.[1] ?? 0);
    if (first > 0) {
      const newest = Number(text.slice(text.lastIndexOf('\nid: 1-') + 7).split('\n', 1)[0]) || first;
      const newestLine = text.lastIndexOf('id: 1-') > 0 ? newest : first;
      const count = text.split('\nid: 1-').length - (text.startsWith('id: 1-') ? 0 : 1);
      seen.missed += Math.max(0, first - last - 1) + (newestLine - first + 1 - count);
      seen.doubled += Math.max(0, last + 1 - first);
      last = newestLine;
      seen.deliveries++;
      const at = /"at (\d+)/.exec(text)?.[1];
      if (at !== undefined) {
        seen.late.push(Date.now() - Number(at));
        if (left !== null) {
          const wait = left;
          left = null;
          setTimeout(() => {
            if (over) return;
            seen.returned++;
            comeBack();
          }, wait);
        }
      }
    }
    if (!text.includes('event: end')) return;
    over = true;
    ended.resolve();
  };
  connect();
  const where = () =>
    `behind line ${last}, ${breaks === null || left !== null ? 'first stream' : 'came back'}`;
  return { open: opened.promise, end: ended.promise, over: () => over, where };
}

/** Writes the same lines as the API does, without asking or keeping anything; what came before is not told to who comes back. */
async function bare({ rate, seconds }: Bare): Promise<void> {
  const viewers = new Set<ServerResponse>();
  const told: Buffer[] = [];
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    const from = Number(/^1-(\d+)$/.exec(String(request.headers['last-event-id'] ?? ''))?.[1] ?? 0);
    response.write(Buffer.concat(told.slice(from)));
    if (told.length === rate * seconds) {
      response.end(END);
      return;
    }
    viewers.add(response);
    response.once('close', () => viewers.delete(response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
  await once(process, 'message');
  const before = process.cpuUsage();
  const began = Date.now();
  let seq = 0;
  let piece: Buffer[] = [];
  let written = began;
  const timer = setInterval(() => {
    const now = Date.now();
    const due = Math.min(rate * seconds, Math.floor(((now - began) / 1000) * rate));
    for (; seq < due; seq++) {
      const data = {
        seq: seq + 1,
        time: '2026-11-26T10:00:00.000000',
        stream: 'stdout',
        message: lineAt(now),
      };
      piece.push(Buffer.from(`id: 1-${seq + 1}\ndata: ${JSON.stringify(data)}\n\n`));
    }
    const isOver = seq >= rate * seconds;
    if (now - written < WRITES_MS && !isOver) return;
    written = now;
    told.push(...piece);
    const bytes = Buffer.concat(piece);
    piece = [];
    for (const viewer of viewers) viewer.write(bytes);
    if (!isOver) return;
    clearInterval(timer);
    for (const viewer of viewers) viewer.end(END);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuSeconds: (user + system) / 1e6 });
  }, 10);
}

if (process.send !== undefined && import.meta.main) {
  const [told] = await once(process, 'message');
  const work = told as Crowd | Bare;
  await (work.kind === 'crowd' ? crowd(work) : bare(work));
  if (work.kind === 'crowd') process.disconnect();
}
