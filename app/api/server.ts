/** Role `api`: listens, and closes in two phases. */
import { readFileSync } from 'node:fs';
import type { Http2Session } from 'node:http2';
import type { Platform } from '../core/context.ts';
import type { ApiSettings } from '../settings.ts';
import { buildApp } from './app.ts';
import { createMetrics } from './metrics.ts';
import { startPulse } from './pulse.ts';
import type { App, AppOptions } from './types.ts';

/** How long requests under way may take once the end was asked for; log viewers never end by themselves. */
const GRACE_MS = 5_000;

export interface RunningApi {
  /** First no new requests, then, when those under way are done or time is up, the outside things. */
  close(): Promise<void>;
}
interface Opened {
  platform: Platform;
  close(): Promise<void>;
}
interface Listening {
  app: App;
  /** Breaks off what is still under way. */
  cut(): void;
}

/** Resolves when both listeners listen. Closes what it was given, when `stop` or `close` says so or it cannot listen. */
export async function startApi(
  settings: ApiSettings,
  opened: Opened,
  stop: AbortSignal,
): Promise<RunningApi> {
  const { platform } = opened;
  const options: AppOptions = {
    exampleRepository: settings.exampleRepository,
    metrics: createMetrics(),
  };
  const listening: Listening[] = [];
  try {
    listening.push(await listen(platform, options, settings.http));
    if (settings.https) {
      const { certificateFile, keyFile, ...address } = settings.https;
      const tls = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
      listening.push(await listen(platform, { ...options, tls }, address));
    }
  } catch (error) {
    await closeAll(listening);
    await opened.close();
    throw error;
  }
  const pulse = startPulse(platform);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= Promise.all([pulse.stop(), closeAll(listening)])
      .then(() => {})
      .finally(() => opened.close());
    return closed;
  };
  stop.addEventListener('abort', () => void close(), { once: true });
  return { close };
}

async function listen(
  platform: Platform,
  options: AppOptions,
  address: { host: string; port: number },
): Promise<Listening> {
  const app = await buildApp(platform, options);
  const sessions = new Set<Http2Session>();
  app.server.on('session', (session: Http2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await app.listen(address);
  const cut = () => {
    for (const session of sessions) session.destroy();
    // The HTTP/2 server lacks it, though its HTTP/1.1 connections have it behind `allowHTTP1`.
    (app.server as { closeAllConnections?(): void }).closeAllConnections?.();
  };
  return { app, cut };
}

async function closeAll(listening: Listening[]): Promise<void> {
  const timer = setTimeout(() => {
    for (const { cut } of listening) cut();
  }, GRACE_MS);
  await Promise.all(listening.map(({ app }) => app.close()));
  clearTimeout(timer);
}
