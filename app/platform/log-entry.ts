/** What a run's stream in Redis holds: batches of lines, not looked into until somebody wants to. */

/** One log line: `[seq, time, stream, message]`, as the worker protocol has it. */
export type LogLine = [seq: number, time: string, stream: 'status' | 'stdout' | 'stderr', message: string];
/** As Redis gives it. */
export type RawEntry = [id: Buffer, fields: Buffer[]];

/** Where a reader begins: at the very start. */
export const LOG_START = '0-0';

/**
 * A batch's id in its stream: attempt first, then its **last** line. So ids grow over attempts, a repeated batch is
 * refused, a longer retry of it is not, and "after line n" is an id that can be asked for.
 */
export const logId = (attempt: number, seq: number) => `${attempt * 1e12 + seq}-0`;
export const parseLogId = (id: string): { attempt: number; seq: number } => {
  const number = Number(id.split('-')[0]);
  return { attempt: Math.floor(number / 1e12), seq: number % 1e12 };
};

const LARGE_BYTES = 32 * 1024;

/** A batch of lines as it was appended. Batches may overlap after a retry: a reader drops `seq`s it has seen. */
export class LogEntry {
  readonly id: string;
  readonly attempt: number;
  /** Number of its last line. */
  readonly last: number;
  /** Number of its first line; undefined: it has none. */
  readonly first: number | undefined;
  /** The JSON list of its lines. */
  readonly json: Buffer;

  constructor(id: string, attempt: number, json: Buffer) {
    this.id = id;
    this.attempt = attempt;
    this.last = parseLogId(id).seq;
    this.json = json;
    const [, first] = /^\[\[(\d+),/.exec(json.toString('latin1', 0, 16)) ?? [];
    this.first = first === undefined ? undefined : Number(first);
  }

  static from([id, fields]: RawEntry): LogEntry {
    const value = (name: string) => fields[fields.findIndex((field) => field.equals(Buffer.from(name))) + 1];
    const json = value('l') ?? Buffer.from('[]');
    // It is a view of a larger piece of memory, which a small batch that is kept would keep.
    const own = json.length < LARGE_BYTES ? Buffer.from(json) : json;
    return new LogEntry(id.toString(), Number(value('a')), own);
  }

  /** Read anew each time: kept, they take many times the memory. */
  get lines(): LogLine[] {
    return JSON.parse(this.json.toString());
  }
}
