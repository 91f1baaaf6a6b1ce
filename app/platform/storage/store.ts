import type { Readable } from 'node:stream';

export interface Presign {
  /** Seconds until the address stops working; an identity of the cloud that ends sooner ends it sooner. */
  expires: number;
  /** For downloads: the file name a browser saves it under. */
  filename?: string;
  /** For uploads: the size that must arrive. Azure cannot hold a client to it: compare `head` afterwards. */
  size?: number;
}
/** An address to PUT bytes at; the headers belong to it and must be sent. */
export interface PutAddress {
  url: string;
  headers: Record<string, string>;
}
export interface ObjectInfo {
  size: number;
  /** Another one whenever the bytes are others; null where the store names none. */
  etag: string | null;
}
export interface Part {
  /** From 1. */
  number: number;
  size: number;
  /** How S3 calls these bytes, without quotes. */
  etag?: string;
}
/** An upload in parts. */
export interface Begun {
  upload: string;
  /** A part's ETag is its MD5, so that the store need not be told it beforehand: `complete` may be held to the ETags. */
  tellsMd5s: boolean;
}

/**
 * An object put together from parts that arrive in any order and may each be sent again (S3 multipart upload, blocks
 * of Azure, composed objects of Google). Nothing is visible until `complete`; one that will never be
 * completed is aborted by whoever began it.
 */
export interface Parts {
  /** Bytes of the smallest part but the last, and of the largest; how many there may be. */
  limits: { smallest: number; largest: number; count: number };
  /** `partSize`: bytes of every part but the last. */
  begin(key: string, partSize: number): Promise<Begun>;
  presign(key: string, upload: string, part: Part, options: { expires: number }): Promise<PutAddress>;
  /** What arrived, in order. Throws `not_found` where the upload was completed, aborted or never begun. */
  list(key: string, upload: string): Promise<Part[]>;
  /**
   * The parts 1 to `count` become the object. `etags`: of each, where the upload tells MD5s; throws `conflict` where a part
   * has another one by now.
   */
  complete(key: string, upload: string, count: number, etags?: readonly string[]): Promise<void>;
  /** Aborting what is no more is no error. */
  abort(key: string, upload: string): Promise<void>;
}

/**
 * The object store: one file per kind implements it (design 6), all held to one contract test. Keys are `/`-separated
 * and never begin with `/`. Throws `not_found` for an object that is not there, `unavailable` where the store does not
 * answer or refuses the platform. Every PUT, ours or a presigned one, may carry `Content-MD5`, which the store checks.
 */
export interface ObjectStore {
  /** Address for GETs (ranges allowed), without credentials. `fs` gives a path on the API's own host: `/store/…`. */
  presignGet(key: string, options: Presign): Promise<string>;
  presignPut(key: string, options: Presign): Promise<PutAddress>;
  /** Null where there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /** `end` is the last byte's place. */
  get(key: string, range?: { start: number; end?: number }): Promise<Readable>;
  /** Complete or not at all: a half-written object is never visible. */
  put(key: string, body: Readable | Buffer): Promise<{ size: number; sha256: string }>;
  /** Deleting what is no more is no error. */
  delete(key: string): Promise<void>;
  /** Keys that begin so, a page at a time and in no promised order; without folders' marks and what is being put together. */
  list(prefix: string): AsyncIterable<string[]>;
  parts: Parts;
}
