/** Which Auto Scaling group a machine belongs to. */
import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { CoveError } from '../errors.ts';

export async function awsGroupOf(
  settings: { region: string; endpoint?: string | undefined },
  instanceId: string,
): Promise<string | null> {
  const { region, endpoint } = settings;
  const client = new AutoScalingClient({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    const { AutoScalingInstances } = await client.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] }),
    );
    return AutoScalingInstances?.[0]?.AutoScalingGroupName ?? null;
  } catch (error) {
    const message = `AWS does not tell the group of ${instanceId}: ${(error as Error).message}`;
    throw new CoveError('unavailable', message, { cause: error });
  } finally {
    client.destroy();
  }
}
