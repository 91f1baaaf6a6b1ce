/**
 * What the application host reads of environments, from an entry of the secret store, at its boot and every minute after:
 * so another environment, or another ceiling, is no other host. Pure.
 */
import type { BootstrapSettings, StoredEnvironments } from '../../app/settings.ts';
import type { SecretEntry } from './contract.ts';
import { FILES } from './settings.ts';

export interface EnvironmentBoot {
  /** Without `workers`: machines join by their own proof. */
  environment: Omit<BootstrapSettings['environments'][number], 'workers'>;
  /** The queue's user that the stack made for its workers; absent: bootstrap makes it, or they have the API's relay. */
  queueUser?: { user: string; password: SecretEntry } | undefined;
}

/** The slug by which endpoint hosts join; no environment of the config has it. */
export const ENDPOINT_HOSTS = 'endpoint-host';

/** Machines for endpoints, as an environment to which no job is sent. Pure. */
export const endpointHostsBoot = (
  group: NonNullable<EnvironmentBoot['environment']['machines']>['group'],
  { machineType, count }: { machineType: string; count: number },
): EnvironmentBoot => ({
  environment: {
    slug: ENDPOINT_HOSTS,
    name: 'Endpoint hosts',
    description: 'For the endpoints of deployments; no job is sent there',
    executor: 'docker',
    purpose: 'endpoints',
    gpuSpec: '',
    machines: { group, machineType, slots: 1, spot: false, ceiling: count },
  },
});

/** The text of the entry. No secret is in it. Azure takes 25 KB, about seventy environments; the others 64 KB. */
export function environmentsText(all: EnvironmentBoot[]): string {
  const users = all.flatMap(({ environment: { slug }, queueUser }) =>
    queueUser === undefined ? [] : [{ slug, ...queueUser }],
  );
  const stored: StoredEnvironments = {
    environments: all.map(({ environment }) => ({ ...environment, workers: [] })),
    queueUsers: Object.fromEntries(
      users.map(({ slug, user }) => [slug, { user, passwordFile: FILES.queue(user) }]),
    ),
    entries: users.map(({ user, password }) => ({ file: FILES.queue(user), ...password, written: false })),
  };
  return JSON.stringify(stored);
}
