/** Images of machines and containers, and what runs at first boot (CMP-04), per cloud. */
import { type Check, forKinds } from '../policy.ts';
import { list, type Props, type Resource } from '../resource.ts';
import { podContainers, startsWith, WORKLOADS } from './text.ts';

const DIGEST = /@sha256:[0-9a-f]{64}$/;
/** Tags that name something else tomorrow. */
const MOVING = ['latest', 'stable', 'main', 'master', 'edge', 'nightly', 'dev'];

/** What is wrong with an image's name; in dev an exact tag is enough. Pure. */
export function floats(image: string, profile: 'dev' | 'prod'): string | undefined {
  if (DIGEST.test(image)) return undefined;
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  if (tag === undefined) return `image ${image} has neither digest nor tag`;
  if (MOVING.includes(tag)) return `image ${image} has a moving tag`;
  return profile === 'dev' ? undefined : `image ${image} has no digest`;
}

const gcpDisks = ({ props }: Resource): Props[] => [
  ...list(props.disks).map(({ sourceImage }) => sourceImage),
  props.bootDisk?.initializeParams?.image,
];
/** `family/ubuntu-2404-lts`, `ubuntu-os-cloud/ubuntu-2404-lts-amd64` without a date. */
const isFamily = (image: string) =>
  /\/family\//.test(image) || !/\d{8}|v\d{4,}|\d{3}-\d+-\d+/.test(image.split('/').at(-1) ?? '');
const gcpImage: Check = function* (machine) {
  for (const image of gcpDisks(machine).filter((one) => typeof one === 'string')) {
    if (isFamily(image)) yield `machine image ${image} is a family, not an image`;
  }
};
function* azureImage(profile: Props): Iterable<string> {
  const { version, id } = profile?.imageReference ?? {};
  if (id === undefined && version === 'latest') yield 'the machine image’s version is latest';
}

export const floatingImages: Record<string, Check> = {
  ...forKinds(['aws.ec2.LaunchTemplate', 'aws.ec2.Instance'], function* ({ props }) {
    const image = String(props.imageId ?? props.ami ?? '');
    if (/^resolve:ssm:/.test(image) && !/:\d+$/.test(image)) yield `machine image ${image} floats`;
  }),
  ...forKinds(
    ['gcp.compute.Instance', 'gcp.compute.InstanceTemplate', 'gcp.compute.RegionInstanceTemplate'],
    gcpImage,
  ),
  'azure-native.compute.VirtualMachine': ({ props }) => azureImage(props.storageProfile),
  'azure-native.compute.VirtualMachineScaleSet': ({ props }) =>
    azureImage(props.virtualMachineProfile?.storageProfile),
  ...forKinds(WORKLOADS, function* (workload, { profile }) {
    for (const { name, image } of podContainers(workload)) {
      const trouble = floats(String(image), profile);
      if (trouble !== undefined) yield `container ${name}: ${trouble}`;
    }
  }),
};

const PIPED =
  /\b(curl|wget)\b[^\n;|]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\b(ba)?sh\s+(-c\s+)?["']?[<$]\(\s*(curl|wget)\b/;
const RUN_IMAGE =
  /(?:docker|podman)\s+(?:run|pull)\b[^\n]*?\s((?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9._/-]+:(?:latest|stable|main|edge))(?:\s|$|["'])/gi;

export const unsafeBoot: Check = function* (resource) {
  for (const { where, text } of startsWith(resource)) {
    if (PIPED.test(text)) yield `${where} runs what it downloads`;
    for (const [, image] of text.matchAll(RUN_IMAGE)) yield `${where} runs image ${image}, which moves`;
  }
};
