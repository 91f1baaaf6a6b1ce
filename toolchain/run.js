import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

/** A command that failed: its last lines of output are the message. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {number | NodeJS.Signals | null} end
   * @param {string} output
   */
  constructor(command, end, output) {
    super(`${command} ended with ${end}${output ? `: ${output}` : ''}`);
    this.output = output;
  }
}

/**
 * Runs a command to its end without a shell and returns what it wrote to stdout, and with `both` to stderr.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, timeout?: number, both?: boolean }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env, onLine, timeout, both } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, timeout, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let stdout = '';
    let rest = '';
    /** @type {string[]} */
    const tail = [];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      if (both) stdout += text;
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        onLine?.(line);
        if (line.trim()) tail.push(line.trim());
      }
      tail.splice(0, Math.max(0, tail.length - 6));
    });
    child.on('error', (error) => {
      children.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      children.delete(child);
      if (code === 0) return resolve(stdout);
      if (rest.trim()) tail.push(rest.trim());
      reject(new CommandFailed(command, signal ?? code, tail.join('\n      ')));
    });
  });
}
