/** Role `api`: opens what is outside, listens, and closes in two phases. */
import { readFileSync } from 'node:fs';
import type { Platform } from '../core/context.ts';
import { openPlatform } from '../core/open-platform.ts';
import type { ApiSettings } from '../settings.ts';
import { buildApp } from './app.ts';
import type { App, AppOptions } from './types.ts';

/** How long requests under way may take once the end was asked for; log viewers never end by themselves. */
const GRACE_MS = 5_000;

export interface RunningApi {
  platform: Platform;
  /** First no new requests, then, when those under way are done or time is up, the outside things. */
  close(): Promise<void>;
}

/** Resolves when both listeners listen. `stop` closes it. */
export async function startApi(settings: ApiSettings, stop: AbortSignal): Promise<RunningApi> {
  const opened = await openPlatform(settings);
  const options: AppOptions = { exampleRepository: settings.exampleRepository };
  const apps: App[] = [];
  try {
    apps.push(await listen(opened.platform, options, settings.http));
    if (settings.https) {
      const { certificateFile, keyFile, ...address } = settings.https;
      const tls = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
      apps.push(await listen(opened.platform, { ...options, tls }, address));
    }
  } catch (error) {
    await Promise.all(apps.map((app) => app.close()));
    await opened.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeAll(apps).finally(() => opened.close());
    return closed;
  };
  stop.addEventListener('abort', () => void close(), { once: true });
  return { platform: opened.platform, close };
}

async function listen(platform: Platform, options: AppOptions, address: { host: string; port: number }) {
  const app = await buildApp(platform, options);
  await app.listen(address);
  platform.log.info({ ...address, tls: options.tls !== undefined }, 'listening');
  return app;
}

async function closeAll(apps: App[]): Promise<void> {
  const timer = setTimeout(() => {
    for (const app of apps) (app.server as { closeAllConnections?(): void }).closeAllConnections?.();
  }, GRACE_MS);
  await Promise.all(apps.map((app) => app.close()));
  clearTimeout(timer);
}
