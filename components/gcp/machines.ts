/** Groups of machines: a template that is made anew as a whole, and a managed instance group over the region's zones. */
import { getImageOutput } from '@pulumi/gcp/compute/getImage.js';
import { InstanceTemplate } from '@pulumi/gcp/compute/instanceTemplate.js';
import {
  RegionInstanceGroupManager,
  type RegionInstanceGroupManagerArgs,
} from '@pulumi/gcp/compute/regionInstanceGroupManager.js';
import type * as pulumi from '@pulumi/pulumi';
import { askedOnce } from '../asked-once.ts';
import { templatePrefix } from './names.ts';
import type { WorkerSite } from './site.ts';
import { groupName } from './worker-names.ts';

/** `projects/<project>/global/images/family/<family>` or `projects/<project>/global/images/<image>` */
export type ImageName = string;
/** Published by Canonical: Ubuntu 24.04, supported until 2029. It installs Docker at its first boot. */
export const UBUNTU: ImageName = 'projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64';
/** Published by Google: Ubuntu 22.04 with Docker, NVIDIA's driver and toolkit. */
export const DEEP_LEARNING: ImageName =
  'projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2204-nvidia-570';

export interface MachineGroupArgs {
  site: WorkerSite;
  /** What follows `cove-<installation>-` in its name. */
  part: string;
  machineType: string;
  diskGb: number;
  /** The operator's image. */
  image: ImageName | undefined;
  /** Left out: the newest one of these when the template is made. */
  published: ImageName;
  subnet: pulumi.Input<string>;
  /** Network tag that firewall rules go by. */
  tag: string;
  /** Address of the service account: Google's default one, which may edit the project, is never used. */
  account: pulumi.Input<string>;
  /** The first boot, as cloud-init reads it. No secret is in it. */
  userData: pulumi.Input<string>;
  gpu?: { type: string; count: number } | undefined;
  /** GPUs do not move to another machine while they run. */
  hasGpus?: boolean;
  spot?: boolean;
  labels: Record<string, string>;
  group: Partial<RegionInstanceGroupManagerArgs>;
  groupOptions?: pulumi.CustomResourceOptions;
}

export function machineGroup(
  name: string,
  args: MachineGroupArgs,
  options: pulumi.CustomResourceOptions,
): { group: RegionInstanceGroupManager; template: InstanceTemplate } {
  const { site, part, image, published, spot = false, gpu, hasGpus = false } = args;
  const { region } = site.config;
  const labels = { ...site.labels, ...args.labels };
  const template = new InstanceTemplate(
    name,
    {
      namePrefix: templatePrefix(site.name, part),
      description: `Cove ${site.name}: ${part}`,
      machineType: args.machineType,
      labels,
      tags: [args.tag],
      disks: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: exactImage(site, image ?? published, options),
          diskSizeGb: args.diskGb,
          diskType: 'pd-balanced',
          labels,
        },
      ],
      // Without access configuration: no public address.
      networkInterfaces: [{ subnetwork: args.subnet }],
      serviceAccount: {
        email: args.account,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      shieldedInstanceConfig: {
        enableSecureBoot: !hasGpus,
        enableVtpm: true,
        enableIntegrityMonitoring: true,
      },
      scheduling: {
        automaticRestart: !spot,
        onHostMaintenance: spot || hasGpus ? 'TERMINATE' : 'MIGRATE',
        preemptible: spot,
        provisioningModel: spot ? 'SPOT' : 'STANDARD',
        ...(spot ? { instanceTerminationAction: 'DELETE' } : {}),
      },
      ...(gpu === undefined ? {} : { guestAccelerators: [gpu] }),
      metadata: {
        'user-data': args.userData,
        'enable-oslogin': 'TRUE',
        'block-project-ssh-keys': 'TRUE',
      },
    },
    // Google publishes images every week; a new one must not exchange machines on its own (docs/gcp.md).
    image === undefined ? { ...options, ignoreChanges: ['disks[0].sourceImage'] } : options,
  );
  const physical = groupName(site, part);
  const group = new RegionInstanceGroupManager(
    name,
    {
      name: physical,
      description: `Cove ${site.name}: ${part}`,
      baseInstanceName: physical,
      region,
      versions: [{ instanceTemplate: template.selfLinkUnique }],
      ...args.group,
    },
    { ...options, ...args.groupOptions },
  );
  return { group, template };
}

const newestImage = askedOnce<pulumi.Output<string>>();

/** A family names its newest image: a template is made of that one, and not of what the family will name some day. */
function exactImage(site: WorkerSite, image: ImageName, options: pulumi.InvokeOptions): pulumi.Input<string> {
  const [, project, family] = /^projects\/([^/]+)\/global\/images\/family\/(.+)$/.exec(image) ?? [];
  if (project === undefined || family === undefined) return image;
  return newestImage(site, image, () => getImageOutput({ project, family }, options).selfLink);
}
