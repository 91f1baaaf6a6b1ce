/** The host without SSH: its console output (EC2), and commands on it (Systems Manager). */

import { setTimeout as delay } from 'node:timers/promises';
import { DescribeInstancesCommand, EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import { CliError } from '../../errors.ts';
import { hostOf, noHost } from '../host.ts';
import { asked } from './trouble.ts';

const PATIENCE_MS = 60_000;

/** The newest host. Null: there is none. */
export async function findHost(name: string, config: AwsConfig | AwsWorkersConfig): Promise<string | null> {
  const { Reservations = [] } = await asked(
    new EC2Client({ region: config.region }).send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:Name', Values: [`cove-${name}-${hostOf(config)}`] },
          { Name: 'instance-state-name', Values: ['pending', 'running'] },
        ],
      }),
    ),
  );
  const instances = Reservations.flatMap((reservation) => reservation.Instances ?? []);
  const [newest] = instances.sort((a, b) => Number(b.LaunchTime) - Number(a.LaunchTime));
  return newest?.InstanceId ?? null;
}

export async function bootLog(name: string, config: AwsConfig | AwsWorkersConfig): Promise<string | null> {
  const host = await findHost(name, config);
  if (host === null) return null;
  const { Output = '' } = await asked(
    new EC2Client({ region: config.region }).send(
      new GetConsoleOutputCommand({ InstanceId: host, Latest: true }),
    ),
  );
  return Buffer.from(Output, 'base64').toString('utf8');
}

export async function runOnHost(
  name: string,
  config: AwsConfig | AwsWorkersConfig,
  command: string,
): Promise<string> {
  const host = await findHost(name, config);
  if (host === null) throw noHost(name, config);
  const ssm = new SSMClient({ region: config.region });
  const { Command } = await asked(
    ssm.send(
      new SendCommandCommand({
        InstanceIds: [host],
        DocumentName: 'AWS-RunShellScript',
        Parameters: { commands: [command] },
      }),
    ),
  );
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(1000)) {
    // Right after it was sent, AWS does not know it yet.
    const found = await ssm
      .send(new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: host }))
      .catch((error: Error) => {
        if (error.name === 'InvocationDoesNotExist') return undefined;
        throw error;
      });
    if (found === undefined || /Pending|InProgress|Delayed/.test(found.Status ?? '')) continue;
    if (found.Status === 'Success') return found.StandardOutputContent ?? '';
    throw new CliError(
      `The host ended the command with ${found.Status}: ${found.StandardErrorContent || found.StandardOutputContent}`,
    );
  }
  throw new CliError(`Host ${host} did not answer within ${PATIENCE_MS / 1000} s.`, {
    todo: 'Its boot log (`npx cove logs boot`) may tell why.',
  });
}
