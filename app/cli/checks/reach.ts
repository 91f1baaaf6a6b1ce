/** Whether the installation's own addresses answer, from here. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import type { Installation } from '../installation.ts';
import { type Finding, fail, ok } from './finding.ts';

const ANSWER_MS = 5_000;
const MEND = '`npx cove up` brings dead services back; `npx cove logs api` tells why one died.';

export interface Health {
  ok: boolean;
  parts: Record<string, { ok: boolean; error?: string }>;
}
export interface Reached {
  health: Health | null;
  /** The API's clock. */
  time: Date | null;
  why: string | null;
}

/** Asks the API how it and its parts are. */
export async function askHealth(url: string): Promise<Reached> {
  try {
    const response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ANSWER_MS) });
    const date = response.headers.get('date');
    const time = date === null ? null : new Date(date);
    return { health: (await response.json()) as Health, time, why: null };
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    return { health: null, time: null, why: cause?.code ?? (error as Error).message };
  }
}

export function judgeHealth(url: string, { health, why }: Reached): Finding[] {
  if (health === null) return [fail('api', `${url} does not answer (${why})`, 'an answer', MEND)];
  const parts = Object.entries(health.parts).map(([name, part]) =>
    part.ok
      ? ok(name, 'the API reaches it')
      : fail(name, part.error ?? 'fails', 'the API must reach it', MEND),
  );
  return [ok('api', `${url} answers`), ...parts];
}

/** Whether a browser would get HTTP/2. */
export function checkHttp2({ urls, places, config }: Installation): Promise<Finding> {
  const check = 'https';
  return new Promise((resolve) => {
    const ca = config.certificate.kind === 'own-authority' ? readOr(places.authority) : undefined;
    const host = new URL(urls.local).hostname;
    const session = connect(`https://${host}:${config.httpsPort}`, {
      ...(ca === undefined ? {} : { ca }),
      servername: config.publicName,
    });
    const done = (finding: Finding) => {
      clearTimeout(timer);
      session.destroy();
      resolve(finding);
    };
    const timer = setTimeout(() => done(fail(check, 'no answer in time', 'HTTP/2', MEND)), ANSWER_MS);
    session.once('error', (error) => done(fail(check, `${urls.web}: ${error.message}`, 'HTTP/2', MEND)));
    session.once('connect', () => done(ok(check, `${urls.web} speaks ${session.alpnProtocol}`)));
  });
}

function readOr(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
