/** What pre-flight asks the project. */
import type { GcpConfig } from '../../../../config/schema.ts';
import type { Google } from './api.ts';
import { APIS } from './names.ts';

export interface Facts {
  project: { state: string } | null;
  /** Of the project's, those that are needed and not enabled. */
  missingApis: string[];
  /** Null: there is no such region; undefined: it could not be asked. */
  region?: { quotas: { metric: string; limit: number; usage: number }[] } | null;
  /** Null: there is no such zone; undefined: it was not asked. */
  zone?: { dnsName: string; visibility?: string } | null;
}

export async function lookAt({ projectId, region, dns, mounts }: GcpConfig, google: Google): Promise<Facts> {
  const project = await google.get<Facts['project'] & object>(
    `cloudresourcemanager/v3/projects/${projectId}`,
  );
  if (project === null) return { project, missingApis: [] };
  const names = APIS.filter((name) => name !== 'file.googleapis.com' || mounts.length > 0);
  const query = names.map((name) => `names=projects/${projectId}/services/${name}`).join('&');
  const found = await google.get<{ services?: { name: string; state: string }[] }>(
    `serviceusage/v1/projects/${projectId}/services:batchGet?${query}`,
  );
  const enabled = new Set(
    (found?.services ?? [])
      .filter(({ state }) => state === 'ENABLED')
      .map(({ name }) => name.split('/').at(-1)),
  );
  const missingApis = names.filter((name) => !enabled.has(name));
  // An API that is not enabled answers nothing.
  if (missingApis.length > 0) return { project, missingApis };
  return {
    project,
    missingApis,
    region: await google.get(`compute/compute/v1/projects/${projectId}/regions/${region}`),
    ...(dns.kind === 'zone' ? { zone: await google.get(`dns/dns/v1/${dns.zoneId}`) } : {}),
  };
}
