/** The first credential, as the bootstrap wrote it into Secret Manager; read with the operator's own login. */
import { z } from 'zod';
import type { GcpConfig } from '../../../../config/schema.ts';
import type { Administrator } from '../../vault.ts';
import { openGoogle } from './api.ts';

const Content = z.object({ username: z.string(), password: z.string() });

/** Null: the installation has no such entry, or nothing was written into it yet. */
export async function administratorOf(
  name: string,
  { projectId }: GcpConfig,
  google = openGoogle(),
): Promise<Administrator | null> {
  const entry = `projects/${projectId}/secrets/cove-${name}-administrator`;
  const found = await google.get<{ payload: { data: string } }>(
    `secretmanager/v1/${entry}/versions/latest:access`,
  );
  if (found === null) return null;
  return Content.parse(JSON.parse(Buffer.from(found.payload.data, 'base64').toString()));
}
