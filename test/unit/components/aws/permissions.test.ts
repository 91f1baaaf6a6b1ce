/** Who may do what on AWS: as little as the reference says. */
import { expect, test } from 'vitest';
import { appHostStatements } from '../../../../components/aws/permissions/app-host.ts';
import { bucketPolicy } from '../../../../components/aws/permissions/bucket.ts';
import { keyPolicy } from '../../../../components/aws/permissions/key.ts';
import { serviceAccountStatements } from '../../../../components/aws/permissions/service-account.ts';

const host = appHostStatements({
  installation: 'prod',
  accountId: '123456789012',
  region: 'eu-north-1',
  keyArn: 'arn:aws:kms:eu-north-1:123456789012:key/1',
  buckets: ['arn:aws:s3:::platform', 'arn:aws:s3:::data'],
  read: ['arn:aws:secretsmanager:eu-north-1:123456789012:secret:read'],
  write: ['arn:aws:secretsmanager:eu-north-1:123456789012:secret:written'],
  repositories: ['arn:aws:ecr:eu-north-1:123456789012:repository/cove-prod/platform'],
  logGroup: 'arn:aws:logs:eu-north-1:123456789012:log-group:/cove/prod/platform',
});

test('no verb has a star; only what AWS cannot narrow is allowed everywhere', () => {
  for (const { Action, Resource } of host) {
    for (const action of Action) expect(action).toMatch(/^[a-z0-9]+:[A-Z][A-Za-z]+$/);
    if (Resource.includes('*'))
      for (const action of Action)
        expect(action).toMatch(/:(Describe|GetAuthorizationToken)|^(ssm|ssmmessages|ec2messages):/);
  }
});

test('it reads no parameter, deletes no key, writes only the bootstrap’s secrets, and touches only its own machines', () => {
  const actions = host.flatMap(({ Action }) => Action);
  expect(
    actions.filter((action) => /^ssm:Get|^iam:|^kms:(Delete|Schedule|Put)|^s3:Delete[^O]/.test(action)),
  ).toEqual([]);
  const put = host.filter(({ Action }) => Action.includes('secretsmanager:PutSecretValue'));
  expect(put.map(({ Resource }) => Resource)).toEqual([
    ['arn:aws:secretsmanager:eu-north-1:123456789012:secret:written'],
  ]);
  for (const { Action, Condition } of host)
    if (Action.some((action) => /Terminate|SetDesired|Update(Auto)/.test(action)))
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/installation': 'prod' } });
});

test('a service account reaches the prefixes that the config names', () => {
  const statements = serviceAccountStatements({ readBuckets: ['a/raw'], writeBuckets: ['b'] });
  expect(statements.at(-1)).toEqual({
    Effect: 'Allow',
    Action: expect.arrayContaining(['s3:PutObject']),
    Resource: ['arn:aws:s3:::b/*'],
  });
  const read = statements.find(({ Action }) => Action.includes('s3:GetObject'));
  expect(read?.Resource).toEqual(['arn:aws:s3:::a/raw/*', 'arn:aws:s3:::b/*']);
  expect(serviceAccountStatements({ readBuckets: [], writeBuckets: [] })).toHaveLength(1);
});

test('buckets are closed without TLS; logs come from AWS’s own services, for this account', () => {
  const statements = JSON.parse(
    bucketPolicy('arn:aws:s3:::logs', '123456789012', { accessLogs: true }),
  ).Statement;
  expect(statements[0]).toMatchObject({
    Effect: 'Deny',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  for (const statement of statements.slice(1))
    expect(statement).toMatchObject({
      Action: 's3:PutObject',
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
});

test('the key’s own policy names the account and two services, and no star for whom', () => {
  const { Statement } = JSON.parse(
    keyPolicy({ accountId: '123456789012', region: 'eu-north-1', installation: 'prod' }),
  );
  for (const { Principal } of Statement) expect(JSON.stringify(Principal)).not.toContain('"*"');
});
