/** Parts of an object of the `fs` store: each is written at its place in one draft, and noted once it is whole. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CoveError, invalid, notFound } from '../errors.ts';
import { MIB } from './part-plan.ts';
import type { Part, Parts } from './store.ts';

export interface PartOf {
  upload: string;
  number: number;
}
export interface FsParts extends Parts {
  /**
   * Takes a part's bytes. Throws `invalid` for another size, `unavailable` for damaged bytes, `not_found` after the end or
   * for another object's upload.
   */
  receive(
    part: PartOf & { key: string },
    body: Readable,
    expected: { size: number; md5?: string | undefined },
  ): Promise<void>;
}

/** What was not completed in a week never will be. */
const KEPT_MS = 7 * 24 * 3600_000;
const UPLOAD = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function fsParts(store: {
  temporary: string;
  moveInto(draft: string, key: string): Promise<void>;
  presign(key: string, part: PartOf, options: { expires: number; size: number }): string;
}): FsParts {
  const { temporary } = store;
  const folder = (upload: string) => {
    if (!UPLOAD.test(upload)) throw notFound('The upload');
    return join(temporary, upload);
  };
  const about = async (upload: string): Promise<{ key: string; partSize: number }> => {
    const text = await readFile(join(folder(upload), 'about.json'), 'utf8').catch((error) => {
      if (error.code === 'ENOENT') throw notFound('The upload');
      throw error;
    });
    return JSON.parse(text);
  };
  const requireKey = async (key: string, upload: string) => {
    const found = await about(upload);
    if (found.key !== key) throw notFound('The upload');
    return found;
  };

  return {
    limits: { smallest: MIB, largest: 5 * 1024 * MIB, count: 10_000 },
    async begin(key, partSize) {
      const upload = randomUUID();
      await sweep(temporary);
      await mkdir(folder(upload), { recursive: true, mode: 0o700 });
      await writeFile(join(folder(upload), 'data'), '', { mode: 0o600 });
      await writeFile(join(folder(upload), 'about.json'), JSON.stringify({ key, partSize }));
      return { upload, tellsMd5s: false };
    },
    async presign(key, upload, { number, size }, { expires }) {
      return { url: store.presign(key, { upload, number }, { expires, size }), headers: {} };
    },
    async receive({ key, upload, number }, body, { size, md5 }) {
      const { partSize } = await requireKey(key, upload);
      const file = await open(join(folder(upload), 'data'), 'r+');
      const hash = createHash('md5');
      const start = (number - 1) * partSize;
      let done = 0;
      try {
        for await (const piece of body as AsyncIterable<Buffer>) {
          // More than announced would run into the next part.
          if (done + piece.length > size) throw wrongSize(number, `more than ${size}`, size);
          hash.update(piece);
          for (let at = 0; at < piece.length; )
            at += (await file.write(piece, at, piece.length - at, start + done + at)).bytesWritten;
          done += piece.length;
        }
        if (done !== size) throw wrongSize(number, String(done), size);
        if (md5 !== undefined && hash.digest('base64') !== md5) {
          throw new CoveError('unavailable', `Part ${number} was damaged on its way. Send it again.`);
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      // Written whole, then named: a part that is seen is complete.
      const draft = join(folder(upload), `${randomUUID()}.draft`);
      await writeFile(draft, String(size));
      await rename(draft, join(folder(upload), `${number}.part`));
    },
    async list(key, upload) {
      await requireKey(key, upload);
      const names = (await readdir(folder(upload))).filter((name) => name.endsWith('.part'));
      const found = names.map(async (name): Promise<Part> => {
        const text = await readFile(join(folder(upload), name), 'utf8');
        return { number: Number.parseInt(name, 10), size: Number(text) };
      });
      return (await Promise.all(found)).sort((a, b) => a.number - b.number);
    },
    async complete(key, upload) {
      await requireKey(key, upload);
      await store.moveInto(join(folder(upload), 'data'), key);
      await rm(folder(upload), { recursive: true, force: true });
    },
    async abort(_key, upload) {
      await rm(folder(upload), { recursive: true, force: true });
    },
  };
}

const wrongSize = (number: number, found: string, wanted: number) =>
  invalid('size', `${found} bytes of part ${number} arrived, ${wanted} were announced`);

/** Forgotten uploads go when the next one begins. */
async function sweep(temporary: string): Promise<void> {
  for (const name of (await readdir(temporary).catch(() => [])).filter((one) => UPLOAD.test(one))) {
    const at = join(temporary, name);
    const found = await stat(at).catch(() => null);
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(at, { recursive: true, force: true });
  }
}
