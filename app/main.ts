/**
 * The platform's one entry point: `node app/main.ts --settings FILE [--only STEP]`. The settings name the role;
 * each role's code is loaded only then, so that a worker never carries the API. With `--join INVITATION`, the word that
 * `cove worker join` prints, it is a worker, and no settings are read.
 */
import { parseArgs } from 'node:util';
import { setOutbound } from './platform/outbound.ts';
import { readSettings, type Settings } from './settings.ts';

/** What a role gives back while it runs. */
interface Running {
  close(): Promise<void>;
}
const USAGE =
  'usage: node app/main.ts --settings FILE [--only database|vault|platform|environments|migrate|password] | --join INVITATION';
/** Seconds a role may take to finish what it has begun before it is ended anyway. */
const GRACE_SECONDS = { api: 15, scaler: 15, scheduler: 15, worker: 30, bootstrap: 5 } as const;

/** One JSON line in the form of the services' own logs. */
function say(level: 'info' | 'error', msg: string, more: object = {}): void {
  const number = { info: 30, error: 50 }[level];
  process.stdout.write(
    `${JSON.stringify({ level: number, time: Date.now(), pid: process.pid, msg, ...more })}\n`,
  );
}

function refuse(message: string): never {
  process.stderr.write(`cove: ${message}\n`);
  process.exit(2);
}

async function readArguments(): Promise<{ settings: Settings; only: string | undefined }> {
  try {
    const options = {
      settings: { type: 'string' },
      only: { type: 'string' },
      join: { type: 'string' },
    } as const;
    const { values } = parseArgs({ options });
    if (values.join !== undefined) {
      const { invitedSettings } = await import('./worker/invited.ts');
      return { settings: invitedSettings(values.join), only: undefined };
    }
    if (values.settings === undefined) refuse(USAGE);
    return { settings: readSettings(values.settings), only: values.only };
  } catch (error) {
    refuse(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

async function start(
  settings: Settings,
  only: string | undefined,
  stop: AbortSignal,
): Promise<Running | undefined> {
  switch (settings.role) {
    case 'api': {
      const [{ startApi }, { openPlatform }, { withJobs }] = await Promise.all([
        import('./api/server.ts'),
        import('./services.ts'),
        import('./scheduler/beside-api.ts'),
      ]);
      return startApi(settings, withJobs(await openPlatform(settings)), stop);
    }
    case 'scheduler': {
      const [{ startScheduler }, { openPlatform }] = await Promise.all([
        import('./scheduler/main.ts'),
        import('./services.ts'),
      ]);
      return startScheduler(await openPlatform(settings));
    }
    case 'worker':
      return (await import('./worker/main.ts')).startWorker(settings);
    case 'scaler': {
      const { openSecretStore } = await import('./bootstrap/secret-store.ts');
      await openSecretStore(settings, (message) => say('info', message));
      return (await import('./scaler/main.ts')).startScaler(settings);
    }
    case 'bootstrap': {
      const { isStep, runBootstrap } = await import('./bootstrap/main.ts');
      if (only !== undefined && !isStep(only)) refuse(`--only ${only} is not a step\n${USAGE}`);
      await runBootstrap(settings, { only, log: (message) => say('info', message) });
    }
  }
}

const { settings, only } = await readArguments();
const stop = new AbortController();
const die = (error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  // A CoveError is told in words; anything else is our own mistake and needs its stack.
  const known = error instanceof Error && error.name === 'CoveError';
  say('error', message ?? String(error), known ? { code } : { stack: (error as Error)?.stack });
  process.exit(1);
};
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

// First signal: finish what was begun, at most the grace. A second one, or the end of the grace: go at once.
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      say('info', `${signal}: stopping`, { role: settings.role });
      stop.abort();
      setTimeout(() => process.exit(1), GRACE_SECONDS[settings.role] * 1000).unref();
      resolve();
    });
  }
});

try {
  setOutbound(settings);
  const running = await Promise.race([start(settings, only, stop.signal), stopped]);
  if (running) await stopped.then(() => running.close());
  // A bootstrap that was asked to stop has not done its work; it may be run again.
  process.exit(stop.signal.aborted && settings.role === 'bootstrap' ? 1 : 0);
} catch (error) {
  die(error);
}
