/**
 * What the cluster shall not show of a job to who may only look at Jobs and pods: the login of its image, and variables with
 * a secret in them. They lie in a Secret of the Job's own, which goes when the Job goes.
 */
import type { ClusterObject } from '../../platform/cluster.ts';
import { hasSecret, type Job } from './executor.ts';

/** Docker's own registry is known to pullers by the address that it had first. */
const FIRST_ADDRESS = 'https://index.docker.io/v1/';
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
const LOGIN = '.dockerconfigjson';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Of the variables that are hidden, the key of each in the Secret: not every variable's name may be one. Pure. */
export function secretKeys(
  environment: Record<string, string>,
  secrets: readonly string[] = [],
): Map<string, string> {
  const names = Object.keys(environment).filter((name) => hasSecret(environment[name] ?? '', secrets));
  return new Map(names.map((name, index) => [name, `variable-${index}`]));
}

/** Pure; null where nothing is to be hidden. `owner`: the Job, as the cluster made it. */
export function jobSecret(
  { registry, secrets }: Pick<Job, 'registry' | 'secrets'>,
  environment: Record<string, string>,
  { metadata: { name, uid, labels } }: ClusterObject,
): ClusterObject | null {
  const keys = secretKeys(environment, secrets);
  if (!registry && keys.size === 0) return null;
  const values = [...keys].map(([variable, key]) => [key, base64(environment[variable] ?? '')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }] },
    type: registry ? 'kubernetes.io/dockerconfigjson' : 'Opaque',
    immutable: true,
    data: { ...Object.fromEntries(values), ...(registry && { [LOGIN]: base64(loginFile(registry)) }) },
  };
}

function loginFile({ host, username, password }: NonNullable<Job['registry']>): string {
  const address = DOCKER_HUB.includes(host) ? FIRST_ADDRESS : host;
  const auth = base64(`${username}:${password}`);
  return JSON.stringify({ auths: { [address]: { username, password, auth } } });
}
