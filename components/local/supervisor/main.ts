/**
 * The supervisor of one installation: `node main.ts FOLDER`. It keeps the services of `FOLDER/supervisor/services`
 * running. SIGTERM stops them in order, then itself; killed outright it leaves them running, and the next one finds
 * them again. A second supervisor of the same folder ends at once; one whose folder was deleted ends with its services.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { withLock } from '../../../toolchain/lock.js';
import { listen } from './control.ts';
import { supervisorPlaces } from './places.ts';
import { Supervisor } from './supervisor.ts';

const ROTATE_MS = 10_000;
const CHECK_MS = 2_000;

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node main.ts FOLDER (the folder of an installation)\n');
  process.exit(2);
}
process.umask(0o077);
const places = supervisorPlaces(folder);
const log = (message: string, more: Record<string, unknown> = {}) =>
  process.stdout.write(`${JSON.stringify({ level: 30, time: Date.now(), msg: message, ...more })}\n`);

/** Whether the lock that we took still says so. */
function isOurs(): boolean {
  try {
    return (JSON.parse(readFileSync(places.lock, 'utf8')) as { pid: number }).pid === process.pid;
  } catch {
    return false;
  }
}

async function supervise(): Promise<void> {
  mkdirSync(places.logs, { recursive: true, mode: 0o700 });
  const supervisor = new Supervisor(places, log);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const { server } = await listen(places, async (request) => {
    // What is still being started could not be stopped.
    if (request.action !== 'status') await opened.promise;
    const reply = await supervisor.handle(request);
    if (request.action === 'shutdown') setImmediate(end);
    return reply;
  });
  log('supervising', { pid: process.pid, folder });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log(`${signal}: stopping all services`);
      opened.promise.then(() => supervisor.stopAll()).then(end);
    });
  }
  process.on('SIGHUP', () => {});
  await supervisor.open();
  opened.resolve();
  const rotation = setInterval(() => supervisor.rotateLogs(), ROTATE_MS);
  // Somebody deleted the folder, or what was in it: two supervisors of the same services would be worse than none.
  const check = setInterval(() => {
    if (isOurs()) return;
    clearInterval(check);
    log('the folder is no longer ours: stopping all services');
    supervisor.stopAll().then(end);
  }, CHECK_MS);
  await ended;
  clearInterval(rotation);
  clearInterval(check);
  // Closing removes the socket's file, which by now may be another supervisor's.
  if (isOurs()) {
    rmSync(places.address, { force: true });
    server.close();
  }
  log('ended');
}

await withLock(places.lock, `supervising ${folder}`, supervise, (holder) => {
  log('another supervisor is at work', { pid: holder.pid });
  process.exit(0);
});
process.exit(0);
