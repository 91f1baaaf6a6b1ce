/** `cove dev`: API, scheduler and worker start again when their sources change, against a running installation. */
import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { verb } from '../command.ts';
import { servicesToRestart, touchesWeb } from '../dev-targets.ts';
import { CliError } from '../errors.ts';
import { CHECKOUT, findInstallation } from '../installation.ts';
import type { Io } from '../io.ts';
import { listServices, restartService } from '../services.ts';
import { ensureWebApp } from '../web-app.ts';

/** Editors write a file in several steps, and people save several files at once. */
const QUIET_MS = 150;

export default verb({
  command: 'dev',
  describe: 'Restart services when their sources change, against a running installation',
  async run(args, io) {
    const installation = findInstallation(args);
    const { services } = await listServices(installation);
    if (services.length === 0) {
      throw new CliError(`Installation "${installation.name}" does not run.`, {
        todo: 'Start it with `npx cove up`.',
      });
    }
    const names = services.map(({ name }) => name);
    const restart = (name: string) => restartService(installation, name);
    const changes = watchSources(join(CHECKOUT, 'app'));
    io.say(`Watching app/ for ${installation.urls.local}. End with Ctrl-C; the installation goes on.`);
    for await (const files of changes) await react(io, files, names, restart);
    return undefined;
  },
});

async function react(
  io: Io,
  files: Set<string>,
  services: string[],
  restart: (name: string) => Promise<void>,
): Promise<void> {
  try {
    if (touchesWeb(files)) io.say(`${[...files].join(', ')}: web application ${await ensureWebApp()}`);
    const hit = servicesToRestart(files, services);
    const start = performance.now();
    await Promise.all(hit.map(restart));
    if (hit.length > 0) {
      io.say(
        `${[...files].join(', ')}: restarted ${hit.join(', ')} (${Math.round(performance.now() - start)} ms)`,
      );
    }
  } catch (error) {
    // A half-written file must not end the watch.
    io.say(error instanceof Error ? error.message : String(error));
  }
}

/** Files that changed, all of them until it was quiet for a moment; watches from the call on, for ever. */
function watchSources(folder: string): AsyncIterable<Set<string>> {
  let changed = new Set<string>();
  let wake = Promise.withResolvers<void>();
  watch(folder, { recursive: true }, (_event, file) => {
    if (file === null || /(^|\/)dist|~$|\.swp$/.test(file)) return;
    changed.add(file);
    wake.resolve();
  });
  async function* batches() {
    for (;;) {
      await wake.promise;
      for (let before = -1; before !== changed.size; ) {
        before = changed.size;
        await delay(QUIET_MS);
      }
      const files = changed;
      changed = new Set();
      wake = Promise.withResolvers();
      yield files;
    }
  }
  return batches();
}
