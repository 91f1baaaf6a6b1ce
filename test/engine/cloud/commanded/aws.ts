/** AWS as the command line meets it: state, secrets and account in moto. */
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListCommandsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startMoto } from '../../../support/moto-server.ts';
import { COMMON, type Commanded, PUBLIC_NAME } from '../command.ts';

const region = 'eu-north-1';

export const aws: Commanded = {
  init: ['aws', '--account-id=123456789012', `--region=${region}`, ...COMMON],
  state: 's3://cove-life-state-123456789012-eu-north-1',
  types: {
    database: 'aws:rds/instance:Instance',
    balancer: 'aws:lb/loadBalancer:LoadBalancer',
    share: 'aws:efs/fileSystem:FileSystem',
  },
  prepare: (cloud) => void cloud.elsewhere.add(`_validation.${PUBLIC_NAME}`),
  lost: { shown: /delete {2}FileSystem shared .*ITS DATA IS LOST/, names: ['shared'] },
  database: 'Instance database',
  gone: { names: ['data', 'platform'], copy: 'aws s3 sync s3://cove-life-' },
  left: /Key key: AWS deletes it in 30 days.*aws kms cancel-key-deletion/,
  fill(cloud) {
    for (const { id } of cloud.all('aws:s3/bucket:Bucket')) cloud.contents.set(id, 3);
  },
  backup: (cloud) => [...cloud.remains].some((one) => one.startsWith('snapshot cove-life-')),
  async open(_folder, host = 'app-host') {
    const moto = await startMoto();
    const reached = { region, endpoint: moto.endpoint };
    // The fake cloud's machines are not moto's: this one stands for the host.
    const Tags = [{ Key: 'Name', Value: `cove-life-${host}` }];
    await new EC2Client(reached).send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      }),
    );
    return {
      env: { AWS_ENDPOINT_URL: moto.endpoint, AWS_REGION: region },
      credential: {
        async store(file) {
          const { ARN: secret = '' } = await new SecretsManagerClient(reached).send(
            new CreateSecretCommand({ Name: 'cove-life/administrator-1234567' }),
          );
          return { kind: 'aws', ...reached, entries: [{ file, secret, written: true }] };
        },
      },
      async commands() {
        const { Commands = [] } = await new SSMClient(reached).send(new ListCommandsCommand({}));
        return Commands.flatMap(({ Parameters }) => Parameters?.commands ?? []);
      },
      close: () => moto.server.stop(),
    };
  },
};
