/** The policies as the Pulumi engine asks for them: resources in, violations out. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { notExcepted, troubleWith } from '../exceptions.ts';
import type { Facts } from '../facts.ts';
import { type Finding, levelFor, type Policy, tell } from '../policy.ts';
import { type Resource, resource } from '../resource.ts';

type Served = ResourceValidationPolicy | StackValidationPolicy;
type Report = (message: string, urn?: string) => void;

/** A policy of the engine's for each of ours, and one for the exceptions. */
export function serve(policies: Policy[], facts: Facts): Served[] {
  return [...policies.map((policy) => served(policy, facts)), exceptions(policies, facts)];
}

function served(policy: Policy, facts: Facts): Served {
  const level = levelFor(policy, facts);
  const common = {
    name: policy.id,
    description: `${policy.needed}.`,
    enforcementLevel: level === '-' ? ('disabled' as const) : level,
    severity: policy.severity,
    remediationSteps: policy.todo,
  };
  const judge = (resources: Resource[], report: Report) => {
    for (const finding of findingsOf(policy, resources, facts)) say(policy, finding, report);
  };
  return policy.scope === 'stack'
    ? { ...common, validateStack: ({ resources }, report) => judge(linked(resources), report) }
    : {
        ...common,
        validateResource: ({ type, name, urn, props, opts }, report) =>
          judge([resource({ type, name, urn, props: bare(props), ...options(opts) })], report),
      };
}

/** What breaks it, save what the config excepts. */
export const findingsOf = (policy: Policy, resources: Resource[], facts: Facts): Finding[] =>
  notExcepted(policy.id, policy.check({ resources, facts }), facts.exceptions, facts.today);

const say = (policy: Policy, { resource: of, found }: Finding, report: Report) =>
  report(tell(policy, found), of?.urn);

function exceptions(policies: Policy[], { exceptions: given, today }: Facts): StackValidationPolicy {
  return {
    name: 'exceptions',
    description: 'Exceptions name a policy that exists and have not ended.',
    enforcementLevel: 'mandatory',
    validateStack: (_args, report) => {
      for (const { message } of troubleWith(given, policies, today)) report(message);
    },
  };
}

/** The SDK's own guard would end a whole policy at the first value that is not known yet; ours ends one check. */
const bare = (props: Record<string, unknown>): unknown => props.__getSpecialProxyTarget ?? props;
const options = ({ protect, ignoreChanges }: { protect: boolean; ignoreChanges: string[] }) => ({
  protect,
  ignoreChanges,
});

/** What is asked of a resource, the engine's own or one that is remembered. */
export interface Told extends Pick<PolicyResource, 'urn' | 'type' | 'name' | 'props'> {
  opts: Pick<PolicyResource['opts'], 'protect' | 'ignoreChanges'>;
  dependencies: Told[];
  propertyDependencies: Record<string, Told[]>;
}

/** Resources that know what each was made from. */
export function linked(found: Told[]): Resource[] {
  const made = new Map(
    found.map((one) => [
      one.urn,
      resource({
        type: one.type,
        name: one.name,
        urn: one.urn,
        props: bare(one.props),
        ...options(one.opts),
      }),
    ]),
  );
  const known = (others: Told[] = []) => others.flatMap(({ urn }) => made.get(urn) ?? []);
  for (const { urn, dependencies, propertyDependencies } of found) {
    const own = made.get(urn);
    if (own === undefined) continue;
    own.after = known(dependencies);
    own.uses = Object.fromEntries(
      Object.entries(propertyDependencies)
        .map(([property, others]) => [property, known(others)] as const)
        .filter(([, others]) => others.length > 0),
    );
  }
  return [...made.values()];
}
