/** What `init` enables and makes in Google Cloud: APIs, a versioned bucket for the state, and the key of its secrets. */
import { CliError, EXIT } from '../../errors.ts';
import type { Founder } from '../cloud.ts';
import { type Google, openGoogle } from './api.ts';
import { APIS, keyRing, type Place, stateBucket, stateKey, WORKER_APIS } from './names.ts';
import { gcpQuestions, gcpWorkerQuestions } from './questions.ts';

export const gcpFounder: Founder = {
  questions: gcpQuestions,
  config: ({ projectId, region, publicName, zoneId, email }) => ({
    projectId,
    region,
    publicName,
    dns: zoneId === '' ? { kind: 'elsewhere' } : { kind: 'zone', zoneId },
    administrator: { email },
  }),
  workers: {
    questions: gcpWorkerQuestions,
    config: ({ joins, projectId, region }) => ({ joins: { url: joins }, projectId, region }),
  },
  found: (name, { projectId = '', region = '', joins }, say) => {
    const place = { projectId, region, apis: joins === undefined ? APIS : WORKER_APIS };
    return found(name, place, openGoogle(), say);
  },
};

/** Services that `batchEnable` takes at a time. */
const MOST = 20;
const PATIENCE_MS = 5 * 60_000;

/** May be run again after it was cut short: everything is put as it should be. */
export async function found(
  name: string,
  { apis = APIS, ...place }: Place & { apis?: string[] },
  google: Google,
  say: (line: string) => void,
  pauseMs = 3000,
): Promise<void> {
  const { projectId, region } = place;
  say(`enabling ${apis.length} APIs in project ${projectId}`);
  for (let from = 0; from < apis.length; from += MOST)
    await enabled(google, projectId, apis.slice(from, from + MOST), pauseMs);
  const bucket = stateBucket(name, place);
  const kept = {
    versioning: { enabled: true },
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
    labels: { installation: name, 'managed-by': 'cove', valohai: '1' },
  };
  const made = await google.post(`storage/storage/v1/b?project=${projectId}`, {
    name: bucket,
    location: region,
    ...kept,
  });
  // One that is there already is put as it should be; somebody else's is refused.
  if (made === null) await google.patch(`storage/storage/v1/b/${bucket}`, kept);
  const [ring, key] = [keyRing(name, place), stateKey(name, place)];
  await google.post(
    `cloudkms/v1/projects/${projectId}/locations/${region}/keyRings?keyRingId=${ring.split('/').at(-1)}`,
    {},
  );
  await google.post(`cloudkms/v1/${ring}/cryptoKeys?cryptoKeyId=${key.split('/').at(-1)}`, {
    purpose: 'ENCRYPT_DECRYPT',
    rotationPeriod: `${90 * 86_400}s`,
    nextRotationTime: new Date(Date.now() + 90 * 86_400_000).toISOString(),
  });
  say(`state      gs://${bucket}, versioned`);
  say(`secrets    ${key}`);
}

/** Waits until Google says so: what comes next asks these APIs. */
async function enabled(
  google: Google,
  projectId: string,
  serviceIds: string[],
  pauseMs: number,
): Promise<void> {
  const operation = await google.post<{ name: string; done?: boolean }>(
    `serviceusage/v1/projects/${projectId}/services:batchEnable`,
    { serviceIds },
  );
  const until = Date.now() + PATIENCE_MS;
  for (let now = operation; now !== null && now.done !== true; ) {
    if (Date.now() > until)
      throw new CliError('Google is still enabling APIs after five minutes.', {
        exitCode: EXIT.failed,
        todo: 'Run it again; it goes on there.',
      });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    now = await google.get<{ name: string; done?: boolean }>(`serviceusage/v1/${now.name}`);
  }
}
