/** What an installation is told of the environments of a cluster. Pure. */
import type { KubernetesConfig } from '../../../config/schema.ts';
import { ENDPOINT_HOSTS, type EnvironmentBoot, endpointHostsBoot } from '../../boot/environments.ts';
import type { Site, WorkerSite } from '../site.ts';
import { kindOfMachine, workerGroup } from '../worker-names.ts';

/** Pods for endpoints, as an environment to which no job is sent. */
export function endpointHostsOf({ namespaces, config }: Site): EnvironmentBoot['environment'][] {
  const { endpointHosts } = config;
  if (endpointHosts === undefined) return [];
  const { count } = endpointHosts;
  const group = workerGroup(ENDPOINT_HOSTS);
  const { environment } = endpointHostsBoot(
    { kind: 'kubernetes', namespace: namespaces.jobs, group, ceiling: count },
    { machineType: kindOfMachine({ ...endpointHosts, gpus: 0 }), count },
  );
  return [{ ...environment, executor: 'kubernetes' }];
}

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). */
export function environmentBoot(
  { namespaces }: WorkerSite,
  environment: KubernetesConfig['environments'][number],
): EnvironmentBoot['environment'] {
  const { slug, name, description, gpus, spot, ceiling } = environment;
  return {
    slug,
    name,
    description,
    executor: 'kubernetes',
    gpuSpec: gpus === 0 ? '' : `${gpus} × GPU`,
    machines: {
      group: { kind: 'kubernetes', namespace: namespaces.jobs, group: workerGroup(slug), ceiling },
      machineType: kindOfMachine(environment),
      slots: 1,
      spot,
      ceiling,
    },
  };
}
