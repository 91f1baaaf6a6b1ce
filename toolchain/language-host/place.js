import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pulumi-language-nodejs');

/**
 * Puts the launcher of our language host beside a `pulumi` of the cache, where the engine looks first and in silence.
 *
 * @param {string} folder
 */
export function placeLanguageHost(folder) {
  const target = path.join(folder, path.basename(launcher));
  const wanted = fs.readFileSync(launcher, 'utf8');
  try {
    if (fs.readFileSync(target, 'utf8') === wanted) return;
  } catch {
    // Not there yet.
  }
  const draft = `${target}.${process.pid}`;
  fs.writeFileSync(draft, wanted, { mode: 0o755 });
  fs.renameSync(draft, target);
}
