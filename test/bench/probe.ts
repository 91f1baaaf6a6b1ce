/**
 * Loaded into the processes of the platform by `--import`, tells when it did what, a line `milliseconds name` each, in the file
 * `COVE_BENCH_PROBE`: by what Node and the libraries publish of themselves, so that the platform needs to know nothing of it.
 */
import diagnostics from 'node:diagnostics_channel';
import { appendFile, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { now } from './clock.ts';

export interface Mark {
  at: number;
  name: string;
}

const file = process.env.COVE_BENCH_PROBE;
if (file !== undefined) listen(file);

function listen(path: string): void {
  let lines = '';
  // Written only when nothing else has to be done: a job's way is not to be longer for it.
  const tell = (name: string) => {
    if (lines === '') setTimeout(() => void write(), 20);
    lines += `${now()} ${name}\n`;
  };
  const write = async () => {
    const told = lines;
    lines = '';
    await appendFile(path, told);
  };
  const on = (channel: string, name: (message: unknown) => string | undefined) =>
    diagnostics.subscribe(channel, (message) => {
      const found = name(message);
      if (found !== undefined) tell(found);
    });
  const claim = (name: string) => (message: unknown) =>
    (message as { request: { path: string } }).request.path.endsWith('/claim') ? name : undefined;
  on('undici:request:create', claim('claim asked'));
  on('undici:request:trailers', claim('claimed'));
  on('child_process', () => 'started');
  on('http.client.request.start', (message) =>
    /\/start$/.test((message as { request: { path: string } }).request.path) ? 'started' : undefined,
  );
  const command = (wanted: string, name: string) => (message: unknown) => {
    const { command: found, result } = message as { command: string; result?: unknown };
    return found === wanted && (wanted !== 'blpop' || result) ? name : undefined;
  };
  on('tracing:ioredis:command:start', command('rpush', 'rung'));
  on('tracing:ioredis:command:asyncStart', command('blpop', 'heard'));
}

/** Every process of Node that is started with our environment is listened to, until the function given is called. */
export function listenToAll(path: string): () => void {
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(import.meta.filename)}`;
  process.env.COVE_BENCH_PROBE = path;
  return () => {
    delete process.env.NODE_OPTIONS;
    delete process.env.COVE_BENCH_PROBE;
  };
}

/** In the order of their time. */
export async function marksOf(path: string): Promise<Mark[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  const marks = lines.map((line) => {
    const [at = '', ...name] = line.split(' ');
    return { at: Number(at), name: name.join(' ') };
  });
  return marks.sort((a, b) => a.at - b.at);
}
