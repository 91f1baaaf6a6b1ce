import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, fill } from '../cache.js';
import { withLock } from '../lock.js';
import { root } from '../root.js';
import { run } from '../run.js';

/** What of `app/` the roles in the image do not need: the operator's command line. The pages are built for it. */
const LEFT_OUT = /^(cli|api\/generate\.ts|web)(\/|$)/;
/** Static and dynamic imports of packages; what is imported for its types alone is not. */
const IMPORTS = /(?:^(?:import|export)\s+(?!type\b)(?:[\w$*{}\s,]*\sfrom\s+)?|\bimport\()'([^'.][^']*)'/gm;
/** What of an npm package only people and compilers read. */
const NOT_RUN = /(\.d\.[cm]?ts|\.map|\.md|\.markdown|\.flow)$/i;

/**
 * The application's own files, without its pages.
 *
 * @param {string} folder
 */
export function stageApp(folder) {
  const app = path.join(root, 'app');
  fs.cpSync(app, path.join(folder, 'app'), {
    recursive: true,
    filter: (file) => !LEFT_OUT.test(path.relative(app, file)),
  });
}

/**
 * npm packages that the staged application imports.
 *
 * @param {string} app
 * @returns {string[]} names, sorted
 */
export function importedPackages(app) {
  const names = new Set();
  for (const entry of fs.readdirSync(app, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const text = fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [, from] of text.matchAll(IMPORTS)) {
      if (from === undefined || from.startsWith('node:')) continue;
      names.add(
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    }
  }
  return [...names].sort();
}

/**
 * The production packages in the versions of package-lock.json, with Node itself, for Linux; and their bill of
 * materials (CycloneDX). Made once per lock file and list.
 *
 * @param {string[]} names
 * @param {string} cpu `x64` or `arm64`
 * @returns {Promise<string>} folder with `package.json`, `node_modules` and `sbom.cdx.json`
 */
export async function productionPackages(names, cpu) {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const given = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const unknown = names.filter((name) => given.dependencies[name] === undefined);
  if (unknown.length > 0) throw new Error(`app/ imports what is no dependency: ${unknown.join(', ')}`);
  const node = `node-linux-${cpu}`;
  const manifest = {
    name: given.name,
    version: given.version,
    license: given.license,
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(names.map((name) => [name, given.dependencies[name]])),
    optionalDependencies: { [node]: given.optionalDependencies[node] },
  };
  const key = createHash('sha256')
    .update(lock + JSON.stringify(manifest))
    .digest('hex');
  const made = path.join(cacheFolder(), `image-packages-${key.slice(0, 16)}-${cpu}`);
  await withLock(
    path.join(cacheFolder(), 'locks', 'image-packages.lock'),
    'installing packages',
    async () => {
      if (fs.existsSync(path.join(made, 'sbom.cdx.json'))) return;
      await fill(made, (folder) => install(folder, manifest, lock, cpu));
    },
  );
  return made;
}

/**
 * @param {string} folder
 * @param {object} manifest
 * @param {string} lock
 * @param {string} cpu
 */
async function install(folder, manifest, lock, cpu) {
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  fs.writeFileSync(path.join(folder, 'package-lock.json'), lock);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const target = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc', '--omit=dev', '--ignore-scripts'];
  await run('npm', ['install', '--prefer-offline', ...target, ...quiet], { cwd: folder });
  const sbom = await run('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev', ...quiet], { cwd: folder });
  for (const entry of fs.readdirSync(path.join(folder, 'node_modules'), {
    recursive: true,
    withFileTypes: true,
  })) {
    const file = path.join(entry.parentPath, entry.name);
    const waste = entry.isDirectory()
      ? /node_modules\/node-linux-[^/]+\/(include|share)$/.test(file)
      : NOT_RUN.test(entry.name);
    if (waste) fs.rmSync(file, { recursive: true, force: true });
  }
  fs.rmSync(path.join(folder, 'package-lock.json'));
  fs.writeFileSync(path.join(folder, 'sbom.cdx.json'), sbom);
}
