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
 * Writes progress for people: on a terminal one line per step that is redrawn, elsewhere plain lines.
 *
 * @param {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} [stream]
 * @returns {OnProgress}
 */
export function consoleProgress(stream = process.stderr) {
  let current = '';
  let told = 0;
  return (progress) => {
    const line = `${progress.message}${progress.failed ? `: ${progress.failed.split('\n')[0]}` : numbers(progress)}`;
    const isNew = progress.message !== current;
    if (stream.isTTY) {
      if (!isNew && !progress.done && Date.now() - told < REDRAW_MS) return;
      stream.write(
        `\r\u001b[K${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}${progress.done ? '\n' : ''}`,
      );
    } else if (isNew && !progress.done) {
      stream.write(`${progress.message} …\n`);
    } else if (progress.done || Date.now() - told >= HEARTBEAT_MS) {
      stream.write(`${line}${progress.done ? '' : ' …'}\n`);
    } else return;
    current = progress.done ? '' : progress.message;
    told = Date.now();
  };
}

/** @param {Progress} progress */
function numbers({ bytes, total, detail, seconds, done }) {
  const parts = [];
  if (bytes !== undefined)
    parts.push(total && !done ? `${megabytes(bytes)} of ${megabytes(total)}` : megabytes(bytes));
  if (detail) parts.push(detail);
  parts.push(`${seconds.toFixed(seconds < 10 ? 1 : 0)} s`);
  return `${done ? ': done' : ''} (${parts.join(', ')})`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
