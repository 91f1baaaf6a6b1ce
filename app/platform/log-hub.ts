/** Reads every followed log stream once, however many people watch it, over one connection of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import { BlockingLoop, type BlockingSource, RETRY_MS } from './blocking-loop.ts';
import { LogEntry, type RawEntry } from './log-entry.ts';

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
export interface HubSource extends BlockingSource {
  read(key: string, afterId: string): Promise<LogEntry[]>;
}

const BLOCK_MS = 20_000;
/** Batches of a log that are read at once: one may have half a megabyte, and behind a flood they wait by the thousand. */
export const LOG_PAGE = 50;

export class LogHub {
  readonly #source: HubSource;
  readonly #loop: BlockingLoop;
  readonly #followed = new Map<string, Followed>();

  constructor(source: HubSource) {
    this.#source = source;
    // While Redis is away the cursors stay, and nothing is missed when it is back.
    this.#loop = new BlockingLoop(
      source,
      () => this.#followed.size > 0,
      () => this.#deliverNew(),
    );
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
    this.#loop.ask(isNew);
    return () => {
      followed.viewers.delete(viewer);
      if (followed.viewers.size === 0 && this.#followed.get(key) === followed) this.#followed.delete(key);
    };
  }

  async close(): Promise<void> {
    const closed = this.#loop.close();
    this.#followed.clear();
    await closed;
  }

  async #deliverNew(): Promise<void> {
    for (const [key, entries] of await this.#readAll()) {
      const followed = this.#followed.get(key);
      const last = entries.at(-1);
      if (!followed || !last) continue;
      followed.cursor = last.id;
      for (const viewer of followed.viewers) hand(viewer, entries);
    }
  }

  #readAll(): Promise<[string, LogEntry[]][]> {
    return this.#loop.read(async (redis) => {
      const keys = [...this.#followed.keys()];
      const ids = [...this.#followed.values()].map(({ cursor }) => cursor);
      const found = await redis.xreadBuffer('COUNT', LOG_PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids);
      const logs = (found ?? []) as unknown as [key: Buffer, entries: RawEntry[]][];
      return logs.map(([key, raw]) => [key.toString(), raw.map(LogEntry.from)]);
    });
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
