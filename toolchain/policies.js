/**
 * `npm run policies`: installs the npm packages when they are missing or out of date, gets the Pulumi engine, and judges
 * the configs on the pinned Node (test/policies/main.ts).
 */
import path from 'node:path';
import { prepare } from './prepare.js';
import { ensure } from './programs.js';
import { cleanEnvironment, runNode } from './testing/processes.js';

process.exitCode = 1;
try {
  await prepare();
  await ensure('pulumi');
  const script = path.join('test', 'policies', 'main.ts');
  const env = { ...cleanEnvironment(), NODE_OPTIONS: '--no-warnings' };
  process.exitCode = (await runNode([script, ...process.argv.slice(2)], { env, show: true })).code;
} catch (error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code !== 'install_failed' && code !== 'program_missing') throw error;
  console.error(message);
}
