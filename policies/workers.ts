/** WRK: groups of machines that jobs run on. */

import type { Facts } from './facts.ts';
import { type Policy, policy, whole } from './policy.ts';
import { list, ofKind, type Props, type Resource } from './resource.ts';

/** How many machines at once this group may have by the config; undefined where the config says nothing. */
function ceilingOf({ name, props }: Resource, ceilings: Facts['ceilings']): number | undefined {
  const tagged = list(props.tags).find(({ key }) => key === 'environment')?.value;
  const label = props.labels?.environment ?? props.tags?.environment ?? tagged;
  const slug = Object.keys(ceilings).find((one) => one === label || name === one || name.endsWith(`-${one}`));
  return slug === undefined ? undefined : ceilings[slug];
}

function* capped(most: Props, group: Resource, { ceilings }: Facts): Iterable<string> {
  const ceiling = ceilingOf(group, ceilings);
  if (ceiling !== undefined && Number(most) > ceiling)
    yield `it may have ${most} machines, the config says ${ceiling}`;
}
function* ignoring({ ignoreChanges }: Resource, property: string): Iterable<string> {
  if (!ignoreChanges.some((one) => one === property || one === '*'))
    yield `\`up\` would change ${property}, which belongs to the application`;
}
const tagged = (template: Resource, kind: string): boolean =>
  list(template.props.tagSpecifications).some(
    ({ resourceType, tags }) => resourceType === kind && Object.keys(tags ?? {}).length > 0,
  );

function* awsGroup(group: Resource, facts: Facts): Iterable<string> {
  const { minSize, maxSize, tags, mixedInstancesPolicy } = group.props;
  if (Number(minSize) !== 0) yield `minSize is ${minSize}`;
  yield* capped(maxSize, group, facts);
  yield* ignoring(group, 'desiredCapacity');
  if (list(tags).length === 0 || !list(tags).every(({ propagateAtLaunch }) => propagateAtLaunch === true))
    yield 'its tags do not reach its machines';
  const { onDemandPercentageAboveBaseCapacity, spotAllocationStrategy } =
    mixedInstancesPolicy?.instancesDistribution ?? {};
  if (
    mixedInstancesPolicy?.launchTemplate !== undefined &&
    onDemandPercentageAboveBaseCapacity === undefined &&
    spotAllocationStrategy === undefined
  )
    yield 'its spot share is not said';
}

const groups = policy({
  id: 'WRK-01',
  severity: 'high',
  needed:
    'worker groups begin at 0, end at the config’s ceiling, leave the number between to the application, and tag machines and disks',
  why: 'A group that `up` resets kills running jobs; one without a ceiling or tags costs money that nobody can find.',
  todo: 'make the group with min 0, max = ceiling, ignoreChanges on the wanted number, and tags that propagate',
  on: 'MMMM-',
  scope: 'stack',
  seeAlso: ['CKV_AWS_153', 'CKV_AWS_315'],
  check: whole(function* ({ resources, facts }) {
    const ours = resources.filter(({ part }) => part === 'workers');
    const tell = (resource: Resource, found: Iterable<string>) =>
      [...found].map((one) => ({ resource, found: one }));
    for (const group of ofKind(ours, 'aws.autoscaling.Group')) yield* tell(group, awsGroup(group, facts));
    for (const resource of ofKind(ours, 'aws.ec2.LaunchTemplate')) {
      const missing = ['instance', 'volume'].filter((kind) => !tagged(resource, kind));
      if (missing.length > 0) yield { resource, found: `it does not tag ${missing.join(' and ')}` };
    }
    for (const group of ofKind(
      ours,
      'gcp.compute.InstanceGroupManager',
      'gcp.compute.RegionInstanceGroupManager',
    ))
      yield* tell(group, ignoring(group, 'targetSize'));
    for (const resource of ofKind(ours, 'gcp.compute.Autoscaler', 'gcp.compute.RegionAutoscaler')) {
      const { minReplicas, maxReplicas } = resource.props.autoscalingPolicy ?? {};
      if (minReplicas > 0) yield { resource, found: `minReplicas is ${minReplicas}` };
      yield* tell(resource, capped(maxReplicas, resource, facts));
    }
    for (const resource of ofKind(
      ours,
      'gcp.compute.InstanceTemplate',
      'gcp.compute.RegionInstanceTemplate',
    )) {
      if (Object.keys(resource.props.labels ?? {}).length === 0)
        yield { resource, found: 'it does not label its machines' };
    }
    for (const group of ofKind(ours, 'azure-native.compute.VirtualMachineScaleSet')) {
      yield* tell(group, ignoring(group, 'sku.capacity'));
      if (Object.keys(group.props.tags ?? {}).length === 0)
        yield { resource: group, found: 'it does not tag its machines' };
    }
    yield* quotas(resources, ours);
  }),
});

/** In a cluster jobs are pods of a namespace, and its quota is the ceiling. */
function* quotas(resources: Resource[], ours: Resource[]) {
  const quotas = ofKind(resources, 'kubernetes.ResourceQuota');
  for (const resource of ofKind(ours, 'kubernetes.Namespace')) {
    const name = resource.props.metadata?.name;
    const own = quotas.filter(({ props }) => props.metadata?.namespace === name);
    if (
      !own.some(({ props }) =>
        Object.keys(props.spec?.hard ?? {}).some((key) => /pods|jobs\.batch/.test(key)),
      )
    )
      yield { resource, found: 'no ResourceQuota says how many jobs run at once' };
  }
}

export const workers: Policy[] = [groups];
