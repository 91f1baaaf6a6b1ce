import type { Readable } from 'node:stream';

export interface Presign {
  /** Seconds until the address stops working. */
  expires: number;
  /** For downloads: the file name a browser saves it under. */
  filename?: string;
  /** For uploads: the size that must arrive. */
  size?: number;
}
/** The object store: one file per kind implements it (design 6). Keys are `/`-separated and never begin with `/`. */
export interface ObjectStore {
  /** Address for one GET (ranges allowed), without credentials. `fs` gives a path on the API's own host: `/store/…`. */
  presignGet(key: string, options: Presign): Promise<string>;
  presignPut(key: string, options: Presign): Promise<{ url: string; headers: Record<string, string> }>;
  /** Null where there is no such object. */
  head(key: string): Promise<{ size: number } | null>;
  get(key: string, range?: { start: number; end?: number }): Promise<Readable>;
  /** Complete or not at all: a half-written object is never visible. */
  put(key: string, body: Readable | Buffer): Promise<{ size: number; sha256: string }>;
  delete(key: string): Promise<void>;
}
