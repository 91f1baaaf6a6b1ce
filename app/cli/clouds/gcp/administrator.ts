/** The first credential, as the bootstrap wrote it into Secret Manager; read with the operator's own login. */
import { z } from 'zod';
import type { GcpConfig } from '../../../../config/schema.ts';
import { CliError } from '../../errors.ts';
import type { Administrator } from '../../vault.ts';
import { type Google, openGoogle } from './api.ts';
import { findHost } from './host.ts';

/** What `components/boot/requests.ts` waits for on the host. */
const REQUEST = 'cove-password-reset';
const PATIENCE_MS = 3 * 60_000;
const Content = z.object({ username: z.string(), password: z.string() });

/** Null: the installation has no such entry, or nothing was written into it yet. */
export async function administratorOf(
  name: string,
  { projectId }: GcpConfig,
  google = openGoogle(),
): Promise<Administrator | null> {
  const entry = entryOf(name, projectId);
  const found = await google.get<{ payload: { data: string } }>(`${entry}/versions/latest:access`);
  if (found === null) return null;
  return Content.parse(JSON.parse(Buffer.from(found.payload.data, 'base64').toString()));
}

const entryOf = (name: string, projectId: string) =>
  `secretmanager/v1/projects/${projectId}/secrets/cove-${name}-administrator`;

/** The host writes the new one into Secret Manager as a further version: none passes by here. */
export async function resetPassword(
  name: string,
  config: GcpConfig,
  google = openGoogle(),
  pauseMs = 2000,
): Promise<void> {
  const newest = async () =>
    (await google.get<{ name: string }>(`${entryOf(name, config.projectId)}/versions/latest`))?.name;
  const before = await newest();
  await ask(name, config, google);
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    if ((await newest()) !== before) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new CliError('The host was asked for another password, and has written none in three minutes.', {
    todo: '`npx cove doctor` looks at the host; it is asked again when you say this again.',
  });
}

/** An attribute of the instance, beside those that it has. */
async function ask(name: string, config: GcpConfig, google: Google): Promise<void> {
  const host = await findHost(name, config, google);
  if (host === null)
    throw new CliError(`Installation "${name}" has no application host.`, {
      todo: '`npx cove up` makes it.',
    });
  const at = `compute/compute/v1/${host}`;
  const { metadata } = (await google.get<{
    metadata: { fingerprint: string; items?: { key: string; value: string }[] };
  }>(at))!;
  const others = (metadata.items ?? []).filter(({ key }) => key !== REQUEST);
  await google.post(`${at}/setMetadata`, {
    fingerprint: metadata.fingerprint,
    items: [...others, { key: REQUEST, value: new Date().toISOString() }],
  });
}
