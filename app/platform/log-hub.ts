/** Reads every followed log stream once, however many people watch it, over one connection of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from './redis.ts';
import type { Connection } from './redis-connection.ts';

interface Viewer {
  after: string;
  /** Batches that arrived while the viewer still reads what was before; null once it is live. */
  held: LogEntry[] | null;
  deliver: (entries: LogEntry[]) => void;
}
interface Followed {
  cursor: string;
  viewers: Set<Viewer>;
}
/** What the hub needs of the queue. */
export interface HubSource {
  dial(): Promise<Connection>;
  /** Ends the blocking command of the connection with this id. */
  unblock(clientId: number): Promise<void>;
  read(key: string, afterId: string): Promise<LogEntry[]>;
  parse(raw: [id: string, fields: string[]]): LogEntry;
}

const BLOCK_MS = 20_000;
const RETRY_MS = 250;

export class LogHub {
  readonly #source: HubSource;
  readonly #followed = new Map<string, Followed>();
  #connection: Promise<Connection> | undefined;
  #clientId: number | undefined;
  /** Grows with every read begun: whoever waits for a new stream to be in one waits for it to change. */
  #round = 0;
  #running = false;
  #closed = false;

  constructor(source: HubSource) {
    this.#source = source;
  }

  /** Delivers every batch after `afterId` once, in order, until the returned function is called. */
  subscribe(key: string, afterId: string, deliver: (entries: LogEntry[]) => void): () => void {
    const followed = this.#followed.get(key) ?? { cursor: afterId, viewers: new Set() };
    const late = older(afterId, followed.cursor);
    const viewer: Viewer = { after: afterId, held: late ? [] : null, deliver };
    const isNew = followed.viewers.size === 0;
    followed.viewers.add(viewer);
    this.#followed.set(key, followed);
    if (late) void this.#catchUp(key, viewer, followed);
    if (!this.#running) void this.#run();
    else if (isNew) void this.#wake();
    return () => {
      followed.viewers.delete(viewer);
      if (followed.viewers.size === 0 && this.#followed.get(key) === followed) this.#followed.delete(key);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#followed.clear();
    (await this.#connection)?.close();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#followed.size > 0 && !this.#closed) {
      this.#round++;
      try {
        for (const [key, entries] of await this.#readAll()) {
          const followed = this.#followed.get(key);
          const last = entries.at(-1);
          if (!followed || !last) continue;
          followed.cursor = last.id;
          for (const viewer of followed.viewers) hand(viewer, entries);
        }
      } catch {
        // Redis is away; the cursors stay, and nothing is missed when it is back.
        await delay(RETRY_MS);
      }
    }
    this.#running = false;
  }

  async #readAll(): Promise<[string, LogEntry[]][]> {
    const connection = await this.#connect();
    return connection.run(async (redis) => {
      this.#clientId ??= await redis.client('ID');
      const keys = [...this.#followed.keys()];
      const ids = [...this.#followed.values()].map(({ cursor }) => cursor);
      const found = await redis.xread('COUNT', 500, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids);
      return (found ?? []).map(([key, raw]) => [key, raw.map(this.#source.parse)]);
    });
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#source.dial().then((connection) => {
      connection.client.on('close', () => {
        this.#clientId = undefined;
      });
      return connection;
    });
    return this.#connection;
  }

  /** The read under way does not know the new stream: ends it, also where it is only just being sent. */
  async #wake(): Promise<void> {
    for (const round = this.#round; this.#round === round && !this.#closed; ) {
      if (this.#clientId !== undefined) await this.#source.unblock(this.#clientId).catch(() => {});
      if (this.#round === round) await delay(5);
    }
  }

  async #catchUp(key: string, viewer: Viewer, followed: Followed): Promise<void> {
    while (followed.viewers.has(viewer)) {
      const entries = await this.#source.read(key, viewer.after).catch(() => null);
      if (!followed.viewers.has(viewer)) return;
      if (entries === null) await delay(RETRY_MS);
      else if (entries.length > 0) pass(viewer, entries);
      else break;
    }
    const held = viewer.held ?? [];
    viewer.held = null;
    pass(viewer, held);
  }
}

function hand(viewer: Viewer, entries: LogEntry[]): void {
  if (viewer.held) viewer.held.push(...entries);
  else pass(viewer, entries);
}
function pass(viewer: Viewer, entries: LogEntry[]): void {
  const fresh = entries.filter(({ id }) => older(viewer.after, id));
  const last = fresh.at(-1);
  if (!last) return;
  viewer.after = last.id;
  viewer.deliver(fresh);
}
/** Ids of ours always end in `-0`. */
const older = (a: string, b: string) => Number(a.split('-')[0]) < Number(b.split('-')[0]);
