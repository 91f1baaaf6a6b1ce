/** Who may do what, told alike: the statements of AWS policies, the roles that Google and Azure bind. */
import { list, type Props, type Resource } from '../resource.ts';
import { parseJson } from './text.ts';

export interface Statement {
  effect: string;
  actions: string[];
  resources: string[];
  condition: Record<string, Record<string, unknown>>;
  principal: Props;
}

export const statementsOf = (document: unknown): Statement[] =>
  list(parseJson(document)?.Statement).map((statement) => ({
    effect: statement.Effect ?? 'Allow',
    actions: list(statement.Action).map(String),
    resources: list(statement.Resource).map(String),
    condition: statement.Condition ?? {},
    principal: statement.Principal,
  }));

/** Documents of rights that an identity gets; not those of a bucket, a key or an endpoint. */
export const IDENTITY_POLICIES = [
  'aws.iam.Policy',
  'aws.iam.RolePolicy',
  'aws.iam.GroupPolicy',
  'aws.iam.Role',
];

export const identityStatements = ({ kind, props }: Resource): Statement[] =>
  kind === 'aws.iam.Role'
    ? list(props.inlinePolicies).flatMap(({ policy }) => statementsOf(policy))
    : statementsOf(props.policy);

export const allows = ({ effect }: Statement): boolean => effect === 'Allow';

/** Whether an action pattern such as `s3:Get*` can mean this action. */
export function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

/** Keys of the conditions, with the operators that ask for them. */
export const conditionKeys = ({ condition }: Statement): { operator: string; key: string }[] =>
  Object.entries(condition).flatMap(([operator, keys]) =>
    Object.keys(keys ?? {}).map((key) => ({ operator, key })),
  );

/** Whether the statement only holds for things with a tag, or for requests that give one. */
export const asksForTag = (statement: Statement, kind: 'RequestTag' | 'ResourceTag'): boolean =>
  conditionKeys(statement).some(({ key }) => new RegExp(`:${kind}/`, 'i').test(key));

/** An ARN that names something: its last part is not just `*`. */
export const isNamed = (arn: string): boolean => arn !== '*' && !/(^|[:/])\*$/.test(arn);

/** Verbs that take no resource, so that `*` is all that can be said (AWS Service Authorization Reference). */
const UNSCOPED = [
  /^[a-z0-9-]+:(Describe|List)/i,
  /^(ec2messages|ssmmessages):/i,
  /^ssm:(UpdateInstanceInformation|GetDeployablePatchSnapshotForInstance)$/i,
  /^ecr:GetAuthorizationToken$/i,
  /^cloudwatch:PutMetricData$/i,
  /^(sts:GetCallerIdentity|servicequotas:GetServiceQuota|pricing:GetProducts|tag:GetResources|s3:ListAllMyBuckets)$/i,
  /^xray:Put/i,
  /^ec2:GetSpotPlacementScores$/i,
];
export const canBeScoped = (action: string): boolean => !UNSCOPED.some((verb) => verb.test(action));
