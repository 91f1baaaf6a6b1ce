/** Names of what lies outside the stack: derived from installation, project and region alone. Pure. */
import { createHash } from 'node:crypto';

export interface Place {
  projectId: string;
  region: string;
}

/** Nobody else in the world has it. */
export const stateBucket = (name: string, { projectId, region }: Place): string =>
  `cove-${name}-state-${createHash('sha256').update(`${projectId} ${region}`).digest('hex').slice(0, 12)}`;
export const keyRing = (name: string, { projectId, region }: Place): string =>
  `projects/${projectId}/locations/${region}/keyRings/cove-${name}-state`;
export const stateKey = (name: string, place: Place): string => `${keyRing(name, place)}/cryptoKeys/state`;

export const stateUrl = (name: string, place: Place): string => `gs://${stateBucket(name, place)}`;
export const secretsProvider = (name: string, place: Place): string => `gcpkms://${stateKey(name, place)}`;

/** APIs that the project has to have enabled. */
export const APIS = [
  'artifactregistry',
  'billingbudgets',
  'certificatemanager',
  'cloudkms',
  'cloudresourcemanager',
  'compute',
  'dns',
  'file',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'redis',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
  'storage',
].map((name) => `${name}.googleapis.com`);

/** Those of a stack of workers. */
export const WORKER_APIS = APIS.filter(
  (name) => !/^(certificatemanager|file|redis|servicenetworking|sqladmin)\./.test(name),
);
/** Those of shared file systems, besides. */
export const FILE_APIS = ['file.googleapis.com', 'servicenetworking.googleapis.com'];
