/** The entry that tells the application host of environments; a changed one is an update of this entry alone. */
import * as pulumi from '@pulumi/pulumi';
import type { AwsConfig } from '../../../config/schema.ts';
import {
  ENDPOINT_HOSTS,
  type EnvironmentBoot,
  endpointHostsBoot,
  environmentsText,
} from '../../boot/environments.ts';
import { workerUser } from '../../queue-users.ts';
import type { AppHostArgs } from '../appHost.ts';
import { type Entry, textEntry } from '../secret.ts';
import type { WorkerSite } from '../site.ts';
import { gpusOf, groupName, workerGroupName } from '../worker-names.ts';

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). Pure. */
export function environmentBoot(
  site: WorkerSite,
  environment: AwsConfig['environments'][number],
): EnvironmentBoot['environment'] {
  const { slug, name, description, machineType, spot, ceiling } = environment;
  const gpus = gpusOf(machineType);
  return {
    slug,
    name,
    description,
    executor: 'docker',
    gpuSpec: gpus === 0 ? '' : `${gpus} × ${machineType.split('.')[0]}`,
    machines: {
      group: { kind: 'aws', region: site.config.region, group: workerGroupName(site, slug) },
      machineType,
      slots: 1,
      spot,
      ceiling,
    },
  };
}

export function environmentsEntry(
  { site, identity, queue }: AppHostArgs,
  options: pulumi.CustomResourceOptions,
): Entry {
  const { environments, endpointHosts, region } = site.config;
  const group = () => ({ kind: 'aws' as const, region, group: groupName(site, ENDPOINT_HOSTS) });
  const text = pulumi
    .all(
      environments.map((environment) => {
        const user = workerUser(environment.slug);
        const password = { secret: queue.passwords[user]!.arn };
        return { environment: environmentBoot(site, environment), queueUser: { user, password } };
      }),
    )
    .apply((jobs) =>
      environmentsText(
        endpointHosts === undefined ? jobs : [...jobs, endpointHostsBoot(group(), endpointHosts)],
      ),
    );
  return textEntry('environments', { site, keyArn: identity.keyArn }, text, options);
}
