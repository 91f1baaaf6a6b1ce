/** The entry that tells the application host of environments; a changed one is an update of this entry alone. */
import * as pulumi from '@pulumi/pulumi';
import type { GcpConfig } from '../../../config/schema.ts';
import {
  ENDPOINT_HOSTS,
  type EnvironmentBoot,
  endpointHostsBoot,
  environmentsText,
} from '../../boot/environments.ts';
import type { Identity } from '../identity.ts';
import type { Entry } from '../secret.ts';
import type { Site, WorkerSite } from '../site.ts';
import { gpusOf, groupName, workerGroupName } from '../worker-names.ts';

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). Pure. */
export function environmentBoot(
  site: WorkerSite,
  environment: GcpConfig['environments'][number],
): EnvironmentBoot['environment'] {
  const { slug, name, description, machineType, spot, ceiling, gpu } = environment;
  const { projectId, region } = site.config;
  const gpus = gpusOf(environment);
  return {
    slug,
    name,
    description,
    executor: 'docker',
    gpuSpec: gpus === 0 ? '' : `${gpus} × ${gpu?.type ?? machineType.split('-')[0]}`,
    machines: {
      group: { kind: 'gcp', projectId, region, group: workerGroupName(site, slug), ceiling },
      machineType,
      slots: 1,
      spot,
      ceiling,
    },
  };
}

/** Workers have no users at the queue: they ring through the API's relay. */
export function environmentsEntry(site: Site, identity: Identity, parent: pulumi.Resource): Entry {
  const { environments, endpointHosts, projectId, region } = site.config;
  const jobs = environments.map((environment) => ({ environment: environmentBoot(site, environment) }));
  const endpoints = (hosts: NonNullable<typeof endpointHosts>) =>
    endpointHostsBoot(
      {
        kind: 'gcp',
        projectId,
        region,
        group: groupName(site, ENDPOINT_HOSTS),
        ceiling: hosts.count,
      },
      hosts,
    );
  const text = environmentsText(endpointHosts === undefined ? jobs : [...jobs, endpoints(endpointHosts)]);
  return identity.entry('environments', pulumi.output(text), parent);
}
