import type { Selectable } from 'kysely';
import { parseGitUrl, type Remote } from '../../platform/git.ts';
import type { Database } from '../../platform/tables.ts';
import type { Platform } from '../context.ts';

export const deployKeyPath = (projectId: string) => `projects/${projectId}/deploy-key`;

/** What Git needs to reach a project's repository; the private key comes from Vault for just this. */
export async function remoteOf(
  platform: Platform,
  repository: Pick<Selectable<Database['repositories']>, 'project_id' | 'url'>,
): Promise<Remote> {
  const { example } = platform;
  // The way out to a load balancer and back in may be closed.
  const isExample = example !== undefined && repository.url === example.publicUrl;
  const address = parseGitUrl(isExample ? example.url : repository.url);
  const key =
    address.protocol === 'ssh' ? await platform.secrets.find(deployKeyPath(repository.project_id)) : null;
  return { address, privateKey: key?.private_key, trusted: platform.trustedGitUrls };
}
