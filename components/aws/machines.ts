/** Groups of machines: a launch template that is replaced as a whole, and an Auto Scaling group made of it. */

import type { GroupArgs } from '@pulumi/aws/autoscaling/group.js';
import { Group } from '@pulumi/aws/autoscaling/group.js';
import { LaunchTemplate } from '@pulumi/aws/ec2/launchTemplate.js';
import { getParameterOutput } from '@pulumi/aws/ssm/getParameter.js';
import * as pulumi from '@pulumi/pulumi';
import { askedOnce } from '../asked-once.ts';
import { physicalName } from '../naming.ts';
import { machineTags, type WorkerSite } from './site.ts';
import { userData } from './user-data.ts';
import { groupName } from './worker-names.ts';

export interface MachineGroupArgs {
  site: WorkerSite;
  /** What follows `cove-<installation>-` in its name. */
  part: string;
  machineType: string;
  diskGb: number;
  /** The operator's image; left out: the newest one of the cloud's when the template is made. */
  image: string | undefined;
  /** Parameter in which the cloud publishes its image. */
  published: string;
  /** Device name of the image's first disk. */
  rootDevice: string;
  securityGroup: pulumi.Input<string>;
  profile: pulumi.Input<string> | undefined;
  /** Network hops that the metadata service's answers live: 2 lets containers ask it. */
  metadataHops: 1 | 2;
  /** The first boot, as cloud-init reads it. No secret is in it. */
  userData: pulumi.Input<string>;
  spot?: boolean;
  tags: Record<string, string>;
  group: Pick<GroupArgs, 'minSize' | 'maxSize' | 'vpcZoneIdentifiers'> & Partial<GroupArgs>;
  groupOptions?: pulumi.CustomResourceOptions;
}

const newestImage = askedOnce<pulumi.Output<string>>();

export function machineGroup(
  name: string,
  args: MachineGroupArgs,
  options: pulumi.CustomResourceOptions,
): { group: Group; template: LaunchTemplate } {
  const { site, part, image, published, tags } = args;
  // The application finds machines that the group has lost by it.
  const Name = groupName(site, part);
  const newest = () => getParameterOutput({ name: published }, options).value;
  const imageId = image ?? newestImage(site, published, newest);
  const template = new LaunchTemplate(
    name,
    {
      name: physicalName(site.name, part, 125),
      description: `Cove ${site.name}: ${part}`,
      updateDefaultVersion: true,
      imageId,
      instanceType: args.machineType,
      ...(args.profile === undefined ? {} : { iamInstanceProfile: { name: args.profile } }),
      networkInterfaces: [
        {
          associatePublicIpAddress: 'false',
          deleteOnTermination: 'true',
          securityGroups: [args.securityGroup],
        },
      ],
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        httpPutResponseHopLimit: args.metadataHops,
        instanceMetadataTags: 'enabled',
      },
      blockDeviceMappings: [
        {
          deviceName: args.rootDevice,
          ebs: { volumeSize: args.diskGb, volumeType: 'gp3', encrypted: 'true', deleteOnTermination: 'true' },
        },
      ],
      ...(args.spot ? { instanceMarketOptions: { marketType: 'spot' } } : {}),
      monitoring: { enabled: true },
      tagSpecifications: machineTags(site, { Name, ...tags }),
      userData: pulumi.output(args.userData).apply((text) => userData(text).toString('base64')),
    },
    // The cloud publishes images every week; a new one must not exchange machines on its own (docs/aws.md).
    image === undefined ? { ...options, ignoreChanges: ['imageId'] } : options,
  );
  const allTags = Object.entries({ ...site.tags, Name, ...tags });
  const group = new Group(
    name,
    {
      name: Name,
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      waitForCapacityTimeout: '0',
      ...args.group,
      tags: allTags.map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
    },
    { ...options, ...args.groupOptions },
  );
  return { group, template };
}
