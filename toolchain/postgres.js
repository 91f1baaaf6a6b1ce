import fs from 'node:fs';
import path from 'node:path';
import { postgresPackage } from './pins.js';
import { root } from './root.js';
import { isExecutable } from './sources/path.js';

/**
 * The folder with PostgreSQL's `bin/`, `lib/` and `share/`, as npm installed it. The package's own install script
 * does not run, and npm packages hold no symbolic links: those, and run bits, are mended here.
 *
 * @param {string} [home] folder of the npm package
 * @returns {string | undefined} undefined where it is not installed
 */
export function postgresFolder(home = path.join(root, 'node_modules', postgresPackage)) {
  const folder = path.join(home, 'native');
  const bin = path.join(folder, 'bin');
  if (!fs.existsSync(path.join(bin, 'postgres'))) return undefined;
  for (const name of fs.readdirSync(bin)) {
    if (!isExecutable(path.join(bin, name))) fs.chmodSync(path.join(bin, name), 0o755);
  }
  makeLinks(home);
  return folder;
}

/**
 * Makes the links that the package lists, relative, so that the folder can be moved.
 *
 * @param {string} home
 */
function makeLinks(home) {
  const list = path.join(home, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(home, target);
    if (fs.existsSync(link)) continue;
    // Two at once: each makes its own link and renames it into place.
    const draft = `${link}.${process.pid}`;
    fs.rmSync(draft, { force: true });
    fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), draft);
    fs.renameSync(draft, link);
  }
}
