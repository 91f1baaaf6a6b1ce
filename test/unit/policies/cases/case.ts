/** One policy on one target: resources that keep to it, and resources that do not. */
import { type Facts, strictest } from '../../../../policies/facts.ts';
import type { Target } from '../../../../policies/policy.ts';
import { type Props, type Resource, resource } from '../../../../policies/resource.ts';

export interface Case {
  policy: string;
  target: Target;
  ok: Resource[];
  bad: Resource[];
  /** What is said of the bad ones. */
  says: RegExp;
  facts?: Partial<Facts>;
}

export const factsFor = ({ target, facts }: Pick<Case, 'target' | 'facts'>): Facts => ({
  ...strictest(target, '2026-11-25'),
  installation: 'prod',
  origin: 'https://cove.example.org',
  ...facts,
});

type More = Partial<Pick<Resource, 'name' | 'part' | 'protect' | 'ignoreChanges' | 'uses' | 'after'>>;
const SDK: Record<string, string> = { gcp: 'gcp', aws: 'aws' };

/** `aws.ec2.Vpc`, `azure.network.Subnet`, `k8s.Pod`, `local.File`, as chapter and verse of a type. */
export function thing(kind: string, props: Props, more: More = {}): Resource {
  const [pkg = '', ...rest] = kind.split('.');
  const name = rest.at(-1) ?? '';
  const module = rest.slice(0, -1).join('.');
  const lower = name.slice(0, 1).toLowerCase() + name.slice(1);
  const type =
    pkg === 'azure'
      ? `azure-native:${module}:${name}`
      : pkg === 'k8s'
        ? `kubernetes:core/v1:${name}`
        : pkg === 'local'
          ? `cove:local:${name}`
          : `${SDK[pkg] ?? pkg}:${module === '' ? 'index' : module}/${lower}:${name}`;
  const own = more.name ?? 'it';
  return resource({ type, urn: `urn:pulumi:prod::cove::${type}::${own}`, ...more, name: own, props });
}

const on =
  (target: Target, pkg: string) =>
  (policy: string, kind: string, ok: Props, bad: Props, says: RegExp, more: More = {}): Case => ({
    policy,
    target,
    ok: [thing(`${pkg}.${kind}`, ok, more)],
    bad: [thing(`${pkg}.${kind}`, bad, more)],
    says,
  });
/** One kind of resource, once with these properties and once with those. */
export const aws = on('aws', 'aws');
export const gcp = on('gcp', 'gcp');
export const azure = on('azure', 'azure');
export const k8s = on('kubernetes', 'k8s');
export const local = on('local', 'local');

/** Several resources together. */
export const whole = (
  target: Target,
  policy: string,
  ok: Resource[],
  bad: Resource[],
  says: RegExp,
  facts?: Partial<Facts>,
): Case => ({ target, policy, ok, bad, says, ...(facts === undefined ? {} : { facts }) });

/** A settings file of a local installation. */
export const settings = (content: object): Props => ({ content: JSON.stringify(content) });
