/** The entry that tells the application host of environments; a changed one is an update of this entry alone. */
import * as pulumi from '@pulumi/pulumi';
import type { AzureConfig } from '../../../config/schema.ts';
import {
  ENDPOINT_HOSTS,
  type EnvironmentBoot,
  endpointHostsBoot,
  environmentsText,
} from '../../boot/environments.ts';
import type { AppHostArgs } from '../appHost.ts';
import { type Entry, filledEntry } from '../secret.ts';
import type { WorkerSite } from '../site.ts';
import { gpusOf, groupName, workerGroupName } from '../worker-names.ts';

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). Pure. */
export function environmentBoot(
  site: WorkerSite,
  resourceGroup: string,
  environment: AzureConfig['environments'][number],
): EnvironmentBoot['environment'] {
  const { slug, name, description, machineType, spot, ceiling } = environment;
  const gpus = gpusOf(machineType);
  const { subscriptionId } = site.config;
  return {
    slug,
    name,
    description,
    executor: 'docker',
    gpuSpec: gpus === 0 ? '' : `${gpus} × ${machineType.split('_')[2] ?? machineType}`,
    machines: {
      group: { kind: 'azure', subscriptionId, resourceGroup, group: workerGroupName(site, slug) },
      machineType,
      slots: 1,
      spot,
      ceiling,
    },
  };
}

/** Workers have no users at the queue: they ring through the API's relay. */
export function environmentsEntry(
  { site, group, identity }: AppHostArgs,
  options: pulumi.CustomResourceOptions,
): Entry {
  const { environments, endpointHosts, subscriptionId } = site.config;
  const text = pulumi.output(group.place.resourceGroupName).apply((resourceGroup) =>
    environmentsText([
      ...environments.map((environment) => ({
        environment: environmentBoot(site, resourceGroup, environment),
      })),
      ...(endpointHosts === undefined
        ? []
        : [
            endpointHostsBoot(
              {
                kind: 'azure',
                subscriptionId,
                resourceGroup,
                group: groupName(site, ENDPOINT_HOSTS),
              },
              endpointHosts,
            ),
          ]),
    ]),
  );
  return filledEntry('environments', identity.keeper, text, options, 'application/json');
}
