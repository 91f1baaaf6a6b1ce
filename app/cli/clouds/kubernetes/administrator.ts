/** The first credential, as the bootstrap wrote it into its Secret; read with the operator's own login. */
import { z } from 'zod';
import type { KubernetesConfig } from '../../../../config/schema.ts';
import type { Administrator } from '../../vault.ts';
import { inCluster, namespacesOf } from './open.ts';

const Content = z.object({ username: z.string(), password: z.string() });

/** Null: the installation has no such Secret, or nothing was written into it yet. */
export async function administratorOf(name: string, config: KubernetesConfig): Promise<Administrator | null> {
  const { platform } = namespacesOf(name, config);
  const secret = await inCluster(config, (cluster) =>
    cluster.find(`/api/v1/namespaces/${platform}/secrets/administrator`),
  );
  const value = secret?.data?.value;
  if (value === undefined || value === '') return null;
  return Content.parse(JSON.parse(Buffer.from(value, 'base64').toString('utf8')));
}
