/** What every part of a local installation is told: its name, its config, its places, and the platform's own program. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LocalConfig } from '../../config/schema.ts';
import { root } from '../../toolchain/root.js';
import { type Places, placesOf } from './places.ts';

export interface Site {
  name: string;
  config: LocalConfig;
  places: Places;
  /** The checkout. */
  root: string;
  /** The pinned Node. */
  node: string;
  /** The platform's entry point. */
  main: string;
  /** Hash of the platform's program: a new one is started anew. */
  program: string;
  /** Hash of the supervisor's. */
  supervisor: string;
}

/** Parts of `app/` that no service runs. */
const NOT_SERVED = /^app\/(cli|web|example)\//;

export function siteOf(name: string, config: LocalConfig, environment = process.env): Site {
  const home = resolve(environment.COVE_HOME ?? join(environment.HOME ?? homedir(), '.cove'));
  const app = filesBelow('app').filter((file) => !NOT_SERVED.test(file));
  return {
    name,
    config,
    places: placesOf(home, name),
    root,
    node: realpathSync(join(root, 'node_modules', '.bin', 'node')),
    main: join(root, 'app', 'main.ts'),
    program: hashOfFiles(root, [...app, 'package-lock.json']),
    supervisor: hashOfFiles(root, [...filesBelow('components/local/supervisor'), 'toolchain/lock.js']),
  };
}

/** How the platform's processes reach the world from inside a company. */
export const outboundOf = ({ certificateAuthorities, proxy }: LocalConfig) => ({
  ...(certificateAuthorities.length > 0 && { certificateAuthorityFiles: certificateAuthorities }),
  ...(proxy && { proxy }),
});

/** Files below a folder of the checkout, by their paths in it. */
export const filesBelow = (folder: string, inRoot = root): string[] =>
  globSync(`${folder}/**/*`, { cwd: inRoot, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(inRoot.length + 1))
    .sort();

/** One hash of names and contents. */
export function hashOfFiles(inRoot: string, files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(inRoot, file)))
        .digest(),
    );
  }
  return hash.digest('hex').slice(0, 16);
}
