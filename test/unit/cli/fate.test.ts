/** What a purge says of things that hold data: what is lost for good must be named, what is left is told. */
import { expect, test } from 'vitest';
import { awsFate } from '../../../app/cli/clouds/aws/fate.ts';
import { leftOf, refuseLoss } from '../../../app/cli/clouds/fate.ts';
import { kubernetesFate } from '../../../app/cli/clouds/kubernetes/fate.ts';
import type { AwsConfig, KubernetesConfig } from '../../../config/schema.ts';

const resource = (type: string, name: string, id: string) => ({ urn: `urn:x::${name}`, type, id });
const aws = { region: 'eu-north-1', profile: 'prod', vault: { kind: 'own' } } as AwsConfig;
const kept = [
  resource('aws:s3/bucket:Bucket', 'data', 'cove-prod-data'),
  resource('aws:s3/bucket:Bucket', 'logs', 'cove-prod-logs'),
  resource('aws:kms/key:Key', 'key', '1234'),
  resource('aws:secretsmanager/secret:Secret', 'administrator', 'arn:administrator'),
  resource('aws:secretsmanager/secret:Secret', 'vault-seal', 'arn:seal'),
];

test('what leaves no copy is refused until it is named, with the command that copies it', () => {
  const refused = refuseLoss(kept, aws, awsFate, ['shared']);
  expect(refused).toMatchObject({
    exitCode: 4,
    todo: expect.stringContaining('--allow-data-loss shared --allow-data-loss data'),
  });
  expect(refused?.message).toContain('Bucket data\n    aws s3 sync s3://cove-prod-data FOLDER');
  expect(refused?.message).not.toContain('logs');
  expect(refuseLoss(kept, aws, awsFate, ['data'])).toBeUndefined();
});

test('the last snapshot is found by what the instance was, for its name leads to nothing any more', () => {
  const [left] = leftOf([resource('aws:rds/instance:Instance', 'database', 'db-ABC')], aws, awsFate);
  expect(left).toContain('rds describe-db-snapshots --dbi-resource-id db-ABC');
});

test('what outlives it is told with how it is had back, and how long', () => {
  const left = leftOf(kept, aws, awsFate);
  expect(left).toHaveLength(2);
  expect(left[0]).toMatch(/Key key: .*in 30 days.*cancel-key-deletion --key-id 1234 --region eu-north-1/);
  expect(left[1]).toMatch(/Secret vault-seal: .*For 30 days .*restore-secret --secret-id arn:seal/);
});

test('of a cluster’s objects no copy is left, and how to make one is told with its namespace', () => {
  const config = { context: 'lab' } as KubernetesConfig;
  const volume = (name: string) =>
    resource('kubernetes:core/v1:PersistentVolumeClaim', name, `cove-prod/${name}`);
  const all = [volume('database'), volume('queue'), volume('storage')];
  const refused = refuseLoss(all, config, kubernetesFate, []);
  expect(refused?.message).toContain('kubectl --context lab --namespace cove-prod exec deployment/api');
  expect(refused?.todo).toContain('with --allow-data-loss storage.');
});
