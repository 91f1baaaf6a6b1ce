/** Which managed instance group a machine belongs to. */
import { managerPath } from './gcp.ts';
import { type Elsewhere, gcpApi } from './gcp-api.ts';

interface Found {
  items?: Record<string, { instances?: { metadata?: { items?: { key: string; value: string }[] } }[] }>;
}

/** Google writes `created-by` into a machine's metadata; whether that holds, the group itself is asked. */
export async function gcpGroupOf(
  { projectId }: { projectId: string },
  instanceId: string,
  elsewhere?: Elsewhere,
): Promise<string | null> {
  if (!/^\d+$/.test(instanceId)) return null;
  const api = gcpApi(elsewhere);
  const pages = await api.pages<Found>(
    'GET',
    `/projects/${projectId}/aggregated/instances?filter=${encodeURIComponent(`id = ${instanceId}`)}`,
  );
  const [machine] = pages
    .flatMap(({ items }) => Object.values(items ?? {}))
    .flatMap((zone) => zone.instances ?? []);
  const creator = machine?.metadata?.items?.find(({ key }) => key === 'created-by')?.value ?? '';
  const [, region, group] = /\/regions\/([^/]+)\/instanceGroupManagers\/([^/]+)$/.exec(creator) ?? [];
  if (region === undefined || group === undefined) return null;
  const lists = await api.pages<{ managedInstances?: { id?: string }[] }>(
    'POST',
    `${managerPath({ projectId, region, group })}/listManagedInstances`,
  );
  const isThere = lists.some(({ managedInstances }) => managedInstances?.some(({ id }) => id === instanceId));
  return isThere ? group : null;
}
