/** The object store of one machine: a folder, whose signed addresses the API serves itself (design 6). */
import { createHash, createHmac, createSecretKey, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { CoveError, invalid, notFound } from '../errors.ts';
import { type FsParts, fsParts, type PartOf } from './fs-parts.ts';
import { checkKey, INCOMING, isListed } from './keys.ts';
import type { ObjectStore, Presign } from './store.ts';

/** What a valid signed address allows. */
export interface Grant {
  key: string;
  filename?: string;
  size?: number;
  /** A part of an object, not the object itself. */
  part?: PartOf;
}
export interface PutOptions {
  /** How much must arrive; anything else leaves no object behind. */
  size?: number | undefined;
  /** What must arrive, base64, as in `Content-MD5`. */
  md5?: string | undefined;
}
export interface FsStore extends ObjectStore {
  parts: FsParts;
  /** What the address allows `method` to do, or null where signature, method or time are wrong. */
  verify(method: string, url: string): Grant | null;
  put(key: string, body: Readable | Buffer, options?: PutOptions): Promise<{ size: number; sha256: string }>;
}

/** Everything in an address that its signature covers, beside method and key. */
const SIGNED = ['expires', 'filename', 'size', 'upload', 'part'];

/** Opens the store, making its folder where it is missing. */
export function openFsStore({ folder, signingKey }: { folder: string; signingKey: string }): FsStore {
  const temporary = join(folder, INCOMING);
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const secret = createSecretKey(signingKey, 'utf8');
  const sign = (method: string, key: string, query: URLSearchParams) => {
    const signed = SIGNED.map((name) => query.get(name) ?? '');
    return createHmac('sha256', secret)
      .update(JSON.stringify([method, key, ...signed]))
      .digest('base64url');
  };
  const presign = (method: 'GET' | 'PUT', key: string, options: Presign, part?: PartOf) => {
    checkKey(key);
    const query = new URLSearchParams({
      expires: String(Math.floor(Date.now() / 1000) + options.expires),
      method,
    });
    if (options.filename !== undefined) query.set('filename', options.filename);
    if (options.size !== undefined) query.set('size', String(options.size));
    if (part !== undefined) {
      query.set('upload', part.upload);
      query.set('part', String(part.number));
    }
    query.set('signature', sign(method, key, query));
    return `/store/${key.split('/').map(encodeURIComponent).join('/')}?${query}`;
  };

  const parts = fsParts({
    temporary,
    moveInto: (draft, key) => moveInto(draft, join(folder, checkKey(key))),
    presign: (key, part, options) => presign('PUT', key, options, part),
  });
  return {
    parts,
    async presignGet(key, options) {
      return presign('GET', key, options);
    },
    async presignPut(key, options) {
      return { url: presign('PUT', key, options), headers: {} };
    },
    verify(method, url) {
      return verify(method === 'HEAD' ? 'GET' : method, url, sign);
    },
    async head(key) {
      const found = await stat(join(folder, checkKey(key))).catch(absent);
      return found?.isFile()
        ? { size: found.size, etag: `"${found.ino}-${found.mtimeMs}-${found.size}"` }
        : null;
    },
    async get(key, range) {
      const file = await open(join(folder, checkKey(key))).catch(absent);
      if (!file) throw notFound(`Object ${key}`);
      return file.createReadStream({ start: range?.start, end: range?.end });
    },
    async put(key, body, options = {}) {
      const target = join(folder, checkKey(key));
      const draft = join(temporary, randomUUID());
      try {
        // The store's folder may have been lost and made anew since this process began.
        await mkdir(temporary, { recursive: true, mode: 0o700 });
        const written = await write(draft, body, options.md5 !== undefined);
        if (options.size !== undefined && written.size !== options.size) {
          throw invalid('size', `${written.size} bytes of ${key} arrived, ${options.size} were announced`);
        }
        if (options.md5 !== undefined && written.md5 !== options.md5) throw damaged(key);
        await moveInto(draft, target);
        return { size: written.size, sha256: written.sha256 };
      } catch (error) {
        await rm(draft, { force: true });
        throw explain(error, key);
      }
    },
    async delete(key) {
      await rm(join(folder, checkKey(key)), { force: true });
      // Empty folders are tidied up; a put under way makes its own again.
      for (let above = dirname(checkKey(key)); above !== '.'; above = dirname(above)) {
        if (
          !(await rmdir(join(folder, above)).then(
            () => true,
            () => false,
          ))
        )
          break;
      }
    },
    async *list(prefix) {
      const above = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const found = await readdir(join(folder, above), { recursive: true, withFileTypes: true }).catch(
        absent,
      );
      yield (found ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .filter((key) => key.startsWith(prefix) && isListed(key));
    },
  };
}

function verify(
  method: string,
  url: string,
  sign: (method: string, key: string, query: URLSearchParams) => string,
): Grant | null {
  const { pathname, searchParams } = new URL(url, 'http://store');
  if (!pathname.startsWith('/store/') || searchParams.get('method') !== method) return null;
  let key: string;
  try {
    key = checkKey(pathname.slice('/store/'.length).split('/').map(decodeURIComponent).join('/'));
  } catch {
    return null;
  }
  const expected = Buffer.from(sign(method, key, searchParams));
  const given = Buffer.from(searchParams.get('signature') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  if (!(Number(searchParams.get('expires')) > Date.now() / 1000)) return null;
  const filename = searchParams.get('filename');
  const size = searchParams.get('size');
  const upload = searchParams.get('upload');
  const part = upload === null ? null : { upload, number: Number(searchParams.get('part')) };
  return {
    key,
    ...(filename !== null && { filename }),
    ...(size !== null && { size: Number(size) }),
    ...(part !== null && { part }),
  };
}

/** What arrived is not what was sent: worth sending again. */
export const damaged = (key: string) =>
  new CoveError('unavailable', `The bytes of ${key} were damaged on their way. Send them again.`);

async function write(path: string, body: Readable | Buffer, wantsMd5: boolean) {
  const hash = createHash('sha256');
  const second = wantsMd5 ? createHash('md5') : undefined;
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of Buffer.isBuffer(body) ? [body] : body) {
      hash.update(piece);
      second?.update(piece);
      size += piece.length;
      await writeAll(file, piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex'), md5: second?.digest('base64') };
}

async function writeAll(file: FileHandle, piece: Buffer): Promise<void> {
  for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
}

/** The rename is the moment an object exists; the folder is synced so that it also survives a power cut. */
async function moveInto(draft: string, target: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await rename(draft, target);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error;
    }
  }
  const parent = await open(dirname(target));
  await parent.sync().finally(() => parent.close());
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  if (error.code === 'ENAMETOOLONG') return null;
  throw error;
}

function explain(error: unknown, key: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `No space left in the object store for ${key}: free some, or move the store to a larger disk`;
    return new CoveError('unavailable', message, { cause: error });
  }
  if (code === 'ENAMETOOLONG')
    return invalid('key', `a part of ${key} is longer than the file system allows`);
  return error;
}
