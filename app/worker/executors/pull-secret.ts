/** The login that a claim hands over, as the cluster wants it: a Secret of the Job's own, which goes when the Job goes. */
import type { ClusterObject } from '../../platform/cluster.ts';
import type { Job } from './executor.ts';

/** Docker's own registry is known to pullers by the address that it had first. */
const FIRST_ADDRESS = 'https://index.docker.io/v1/';
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** Pure. `owner`: the Job, as the cluster made it. */
export function pullSecret(
  { host, username, password }: NonNullable<Job['registry']>,
  { metadata: { name, uid, labels } }: ClusterObject,
): ClusterObject {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const address = DOCKER_HUB.includes(host) ? FIRST_ADDRESS : host;
  const config = JSON.stringify({ auths: { [address]: { username, password, auth } } });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }] },
    type: 'kubernetes.io/dockerconfigjson',
    immutable: true,
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}
