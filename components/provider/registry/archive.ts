/**
 * An image in a file: a tar with an OCI layout (`index.json`, `blobs/`), as image builders and `docker save` write it.
 * Its entries are read where they lie, so that a large archive is never unpacked.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Descriptor } from './manifest.ts';

const BLOCK = 512;
const INDEX_NAME = 'index.json';

interface Entry {
  start: number;
  size: number;
}

export class ImageArchive {
  readonly #file: string;
  readonly #entries: Map<string, Entry>;
  private constructor(file: string, entries: Map<string, Entry>) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Reads the table of contents. Throws where there is no such file, or where it holds no OCI layout. */
  static async open(file: string): Promise<ImageArchive> {
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        error.code === 'ENOENT'
          ? `There is no image archive ${file}. \`npm run image\` makes it.`
          : `${file} cannot be read (${error.code}).`,
      );
    });
    try {
      const archive = new ImageArchive(file, await entriesOf(handle));
      if (!archive.#entries.has(INDEX_NAME)) {
        throw new Error(
          `${file} is no image archive: it holds no ${INDEX_NAME}. Needed is an OCI archive, as \`npm run image\` and \`docker save\` of Docker 25 or newer write it.`,
        );
      }
      return archive;
    } finally {
      await handle.close();
    }
  }

  /** What the archive holds: its one image, or its one index of images for several processors. */
  async root(): Promise<Descriptor> {
    const { manifests } = JSON.parse(await this.#text(INDEX_NAME)) as { manifests: Descriptor[] };
    const [first] = manifests;
    if (first === undefined || manifests.length > 1) {
      throw new Error(`${this.#file} holds ${manifests.length} images; needed is one.`);
    }
    return first;
  }

  read(digest: string): Promise<string> {
    return this.#text(blobName(digest));
  }

  async open(digest: string): Promise<Readable> {
    const { start, size } = this.#entry(blobName(digest));
    return size === 0 ? Readable.from([]) : createReadStream(this.#file, { start, end: start + size - 1 });
  }

  async #text(name: string): Promise<string> {
    const { start, size } = this.#entry(name);
    const handle = await open(this.#file);
    try {
      const buffer = Buffer.alloc(size);
      await handle.read(buffer, 0, size, start);
      return buffer.toString('utf8');
    } finally {
      await handle.close();
    }
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Error(`${this.#file} is incomplete: ${name} is not in it.`);
    return entry;
  }
}

const blobName = (digest: string) => `blobs/${digest.replace(':', '/')}`;

/** Names and places of all files in a tar: ustar, with the long names of GNU and pax. */
async function entriesOf(handle: FileHandle): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const header = Buffer.alloc(BLOCK);
  let longName: string | undefined;
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(header, 0, BLOCK, at);
    if (bytesRead < BLOCK || header[0] === 0) return entries;
    const size = sizeOf(header);
    const start = at + BLOCK;
    const kind = String.fromCharCode(header[156] ?? 0);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'L' || kind === 'x') {
      const body = Buffer.alloc(size);
      await handle.read(body, 0, size, start);
      const text = body.toString('utf8');
      longName = kind === 'L' ? text.replace(/\0.*$/s, '') : /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
      continue;
    }
    const prefix = field(header, 345, 155);
    const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100);
    longName = undefined;
    if (kind === '0' || kind === '\0') entries.set(name.replace(/^\.\//, ''), { start, size });
  }
}

const field = (header: Buffer, at: number, length: number) =>
  header
    .subarray(at, at + length)
    .toString('utf8')
    .replace(/\0.*$/s, '');

/** Octal digits, or, above 8 GiB, a big-endian number behind a set top bit. */
function sizeOf(header: Buffer): number {
  if ((header[124] ?? 0) & 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(field(header, 124, 12).trim() || '0', 8);
}
