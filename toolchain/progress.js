/** @typedef {import('./types.js').Progress} Progress */
/** @typedef {import('./types.js').OnProgress} OnProgress */

const HEARTBEAT_MS = 60_000;
const REDRAW_MS = 250;

/**
 * Times one step and passes it on.
 *
 * @param {OnProgress} onProgress
 * @param {string} program
 * @param {string} message
 */
export function step(onProgress, program, message) {
  const start = Date.now();
  /** @type {Partial<Progress>} */
  let last = {};
  /** @param {Partial<Progress>} [more] */
  const tell = (more) => {
    last = { ...last, ...more };
    onProgress({ program, message, seconds: (Date.now() - start) / 1000, ...last });
  };
  tell();
  const tick = setInterval(tell, 1_000);
  tick.unref();
  return {
    tell,
    /** @param {Partial<Progress>} [more] */
    done(more) {
      clearInterval(tick);
      tell({ ...more, done: true });
    },
    /** @param {unknown} error */
    failed(error) {
      clearInterval(tick);
      tell({ failed: error instanceof Error ? error.message : String(error), done: true });
    },
  };
}

/**
 * Writes progress for people, of several programs at once too: on a terminal one line that is redrawn, elsewhere a
 * plain line when a step starts, when it ends, and each minute between.
 *
 * @param {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} [stream]
 * @returns {OnProgress}
 */
export function consoleProgress(stream = process.stderr) {
  /** Steps under way. @type {Map<string, { line: string, told: number }>} */
  const active = new Map();
  let drawn = 0;
  return (progress) => {
    const key = `${progress.program} ${progress.message}`;
    const known = active.get(key);
    const now = Date.now();
    active.set(key, { line: progressLine(progress), told: known?.told ?? now });
    if (progress.done) active.delete(key);
    if (stream.isTTY) {
      if (progress.done) stream.write(`\r\u001b[K${progressLine(progress)}\n`);
      else if (known && now - drawn < REDRAW_MS) return;
      const lines = [...active.values()].map(({ line }) => line).join(' | ');
      stream.write(`\r\u001b[K${lines.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
      drawn = now;
    } else if (progress.done) stream.write(`${progressLine(progress)}\n`);
    else if (!known) stream.write(`${progress.message} …\n`);
    else if (now - known.told >= HEARTBEAT_MS) {
      stream.write(`${progressLine(progress)} …\n`);
      active.set(key, { line: progressLine(progress), told: now });
    }
  };
}

/**
 * One line that says how far a step is, how it ended, or why it failed.
 *
 * @param {Progress} progress
 * @returns {string}
 */
export function progressLine({ message, bytes, total, detail, seconds, done, failed }) {
  if (failed) return `${message}: ${failed.split('\n')[0]}`;
  const parts = [];
  if (bytes !== undefined)
    parts.push(total && !done ? `${megabytes(bytes)} of ${megabytes(total)}` : megabytes(bytes));
  if (detail) parts.push(detail);
  parts.push(`${seconds.toFixed(seconds < 10 ? 1 : 0)} s`);
  return `${message}${done ? ': done' : ''} (${parts.join(', ')})`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
