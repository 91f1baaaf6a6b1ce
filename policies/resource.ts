/** A resource as the policies see it, whichever cloud it is of. */
import { guarded } from './unknown.ts';

/**
 * Inputs of some resource of five clouds, at any depth. Checks read them with `?.` and the helpers below, for nothing
 * promises that a provider's inputs have the shape its SDK declares.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above; every other type in the pack is checked.
export type Props = any;

export interface Resource {
  /** Package, module and class as the SDK names them: `aws.ec2.Vpc`, `azure-native.network.VirtualNetwork`; `kubernetes.Ingress`. */
  kind: string;
  name: string;
  urn: string;
  /** The part of the installation that made it, by its component: `workers`, `database`, `ingress`; empty for none. */
  part: string;
  props: Props;
  protect: boolean;
  ignoreChanges: string[];
  /** What each property was made from. Known in a preview too; only where the whole stack is looked at. */
  uses: Record<string, Resource[]>;
  /** All that has to be there before it. */
  after: Resource[];
}

/** `aws:ec2/vpc:Vpc` → `aws.ec2.Vpc`; `azure-native:network/v20240501:Subnet` → `azure-native.network.Subnet`. */
export function kindOf(type: string): string {
  const [pkg = '', module = '', name = ''] = type.split(':');
  if (pkg === 'kubernetes' || pkg === 'cove') return `${pkg}.${name}`;
  if (pkg === 'pulumi') return name === '' ? `pulumi.${module}` : `pulumi.${name}`;
  return [pkg, module.split('/')[0], name].filter((part) => part !== '' && part !== 'index').join('.');
}

/** `…::cove:aws:Workers$aws:ec2/launchTemplate:LaunchTemplate::gpu` → `workers`. */
export function partOf(urn: string): string {
  const types = urn.split('::')[2] ?? '';
  const component = types.split('$').findLast((type) => type.startsWith('cove:') && types !== type);
  const name = component?.split(':').at(-1) ?? '';
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export function resource(
  facts: Pick<Resource, 'name' | 'urn' | 'props'> & { type: string } & Partial<Resource>,
): Resource {
  const { type, props, ...rest } = facts;
  return {
    kind: kindOf(type),
    part: partOf(rest.urn),
    protect: false,
    ignoreChanges: [],
    uses: {},
    after: [],
    ...rest,
    props: guarded(props),
  };
}

/** A list, whatever was given: nothing, one or many. */
export const list = (value: Props): Props[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? [...value] : [value];

/** Providers take a yes as text, too. */
export const yes = (value: Props): boolean => value === true || value === 'true';
export const no = (value: Props): boolean => value === false || value === 'false';

export const ofKind = (resources: Resource[], ...kinds: string[]): Resource[] =>
  resources.filter(({ kind }) => kinds.includes(kind));

/** Whether `user` was given something of `used` in one of its properties, or in the one named. */
export function refersTo(user: Resource, used: Resource, property?: string): boolean {
  const found = property === undefined ? Object.values(user.uses).flat() : (user.uses[property] ?? []);
  return found.some(({ urn }) => urn === used.urn);
}

/** All that stands under it, at any depth. */
export function foundations(of: Resource, seen = new Set<Resource>()): Set<Resource> {
  for (const below of [...of.after, ...Object.values(of.uses).flat()]) {
    if (seen.has(below)) continue;
    seen.add(below);
    foundations(below, seen);
  }
  return seen;
}
