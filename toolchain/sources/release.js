import fs from 'node:fs';
import path from 'node:path';
import { download, text } from '../download.js';
import { platform } from '../pins.js';
import { step } from '../progress.js';
import { run } from '../run.js';

/** @typedef {import('../types.js').Pin} Pin */
/** @typedef {import('../types.js').OnProgress} OnProgress */

/**
 * Downloads the official release, verified with the checksums published beside it.
 *
 * @param {Pin} pin
 * @param {string} folder empty; the executable is left in it
 * @param {{ onProgress: OnProgress }} options
 */
export async function fromRelease(pin, folder, { onProgress }) {
  const release = pin.release;
  if (!release) throw new Error('there is none');
  const archive = release.archives[platform];
  if (!archive) throw new Error(`there is none for ${platform}`);
  const listing = release.checksums.replace('ARCHIVE', archive);
  const doing = step(
    onProgress,
    pin.name,
    `${pin.title} ${release.version}: downloading the official release`,
  );
  const file = path.join(folder, archive);
  try {
    const wanted = checksumOf(await text(`${release.base}/${listing}`), archive);
    if (!wanted) throw new Error(`${release.base}/${listing} does not list ${archive}`);
    const found = await download(`${release.base}/${archive}`, file, (bytes, total) =>
      doing.tell({ bytes, total }),
    );
    if (found !== wanted) throw new Error(`${archive} has sha256 ${found}, published is ${wanted}`);
    const member = release.member.replace('FOLDER', archive.replace(/\.tar\.gz$/, ''));
    const unpacked = path.join(folder, 'unpacked');
    fs.mkdirSync(unpacked);
    await run('tar', ['-xzf', file, '-C', unpacked]);
    fs.renameSync(path.join(unpacked, member), path.join(folder, pin.file));
    fs.rmSync(unpacked, { recursive: true });
    fs.rmSync(file);
    doing.done();
  } catch (error) {
    doing.failed(error);
    throw error;
  }
}

/**
 * The sum of one file in a listing of `<sha256>  <name>` lines; a listing of a single bare sum is that file's.
 *
 * @param {string} listing
 * @param {string} name
 */
function checksumOf(listing, name) {
  for (const line of listing.split('\n')) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/.test(sum ?? '') && (file === undefined || path.basename(file) === name)) return sum;
  }
  return undefined;
}
