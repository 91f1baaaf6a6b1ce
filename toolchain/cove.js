#!/usr/bin/env node
/**
 * The `cove` command on whatever Node the machine has: installs the npm packages when they are missing or out of date,
 * then hands over to app/cli/main.ts on the pinned Node 24.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { prepare } from './prepare.js';
import { root } from './root.js';

const major = Number.parseInt(process.versions.node, 10);
if (major < 20) fail(`Node ${process.versions.node} is too old: Cove needs Node 20 or newer to start.`);

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
// Ends an npm of ours too: one that outlived us would fight with that of the next command.
const leave = (/** @type {NodeJS.Signals} */ signal) => process.exit(128 + os.constants.signals[signal]);
for (const signal of signals) process.on(signal, leave);
try {
  await prepare();
} catch (error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code !== 'install_failed') throw error;
  fail(message);
}
for (const signal of signals) process.off(signal, leave);

const node = path.join(root, 'node_modules', '.bin', 'node');
const child = spawn(node, [path.join(root, 'app', 'cli', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
for (const signal of signals) {
  // A terminal sends Ctrl-C to the whole group: passing it on would deliver it twice, and twice means "at once".
  process.on(signal, () => {
    if (signal === 'SIGTERM' || !onTerminal) child.kill(signal);
  });
}
child.on('error', (error) =>
  fail(`The pinned Node could not be started (${error.message}). Delete node_modules and run this again.`),
);
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
