import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CONNECT_MS = 8_000;
const STALL_MS = 30_000;

/** Hosts that did not answer: the next program does not wait for them again. @type {Map<string, string>} */
const unreachable = new Map();

/**
 * A small text file over HTTP.
 *
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function text(url) {
  const { response, done } = await open(url);
  try {
    return await response.text();
  } finally {
    done();
  }
}

/**
 * Downloads to a file and returns its sha256.
 *
 * @param {string} url
 * @param {string} file
 * @param {(bytes: number, total?: number) => void} onBytes
 * @returns {Promise<string>}
 */
export async function download(url, file, onBytes) {
  const { response, alive, done } = await open(url);
  const total = Number(response.headers.get('content-length')) || undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk, _encoding, next) {
      alive();
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(bytes, total);
      next(null, chunk);
    },
  });
  try {
    const out = createWriteStream(file);
    await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), meter, out);
    if (!out.closed) await once(out, 'close');
  } catch (error) {
    throw new Error(`the download of ${url} broke off after ${bytes} bytes (${reason(error)})`);
  } finally {
    done();
  }
  return hash.digest('hex');
}

/** @param {string} url */
async function open(url) {
  const { host } = new URL(url);
  const known = unreachable.get(host);
  if (known) throw new Error(known);
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error(`no answer within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error(`nothing arrived for ${STALL_MS / 1000} s`)), STALL_MS);
  };
  const done = () => clearTimeout(timer);
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    alive();
    if (!response.ok) {
      await response.body?.cancel();
      done();
      throw new Answered(`${url} answered ${response.status}`);
    }
    return { response, alive, done };
  } catch (error) {
    done();
    if (error instanceof Answered) throw error;
    const message = `${host} could not be reached (${reason(error)})`;
    unreachable.set(host, message);
    throw new Error(message);
  }
}

class Answered extends Error {}

/**
 * @param {unknown} error
 * @returns {string}
 */
function reason(error) {
  const { cause, code, message } = /** @type {any} */ (error);
  return cause?.code ?? code ?? cause?.message ?? message ?? String(error);
}
