import fs from 'node:fs';
import path from 'node:path';
import { root } from '../root.js';
import { runNode } from './processes.js';

/** @typedef {{ name: string, args: string[] }} Gate */

/** What is checked without running the project: format and lint, types, the house. */
export function gates() {
  const cache = path.join(root, '.cove');
  const typescript = path.join('node_modules', 'typescript', 'bin', 'tsc');
  /** @param {string} name */
  const remembered = (name) => [
    '--incremental',
    '--tsBuildInfoFile',
    path.join(cache, `${name}.tsbuildinfo`),
  ];
  /** @type {Gate[]} */
  const all = [
    {
      name: 'format and lint',
      args: [
        path.join('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
        'check',
        '--error-on-warnings',
        '.',
      ],
    },
    { name: 'types', args: [typescript, '-p', '.', ...remembered('types')] },
    {
      name: 'house',
      args: [
        path.join('node_modules', '.bin', 'depcruise'),
        '--config',
        '.dependency-cruiser.js',
        ...['app', 'components', 'config', 'policies', 'stacks', 'test', 'toolchain'].filter(exists),
      ],
    },
  ];
  if (exists('app/web/tsconfig.json')) {
    const args = [typescript, '-p', path.join('app', 'web'), '--noEmit', ...remembered('types-web')];
    all.push({ name: 'types of the web application', args });
  }
  return all;
}

/**
 * Runs all gates at once; each says one line, and what it found where it failed.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} names of those that failed
 */
export async function runGates(env) {
  const failed = await Promise.all(
    gates().map(async ({ name, args }) => {
      const start = Date.now();
      const { code, output } = await runNode(args, { env });
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd());
      return code === 0 ? [] : [name];
    }),
  );
  return failed.flat();
}

/** @param {string} file */
function exists(file) {
  return fs.existsSync(path.join(root, file));
}
