/** Where a thing is that a killed run had asked AWS for: by its name, or by its tags where AWS makes ids up. */
import { DescribeLaunchTemplatesCommand, DescribeTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { addressOf } from '../../../../config/addresses.ts';
import type { Place } from './names.ts';

/** As EC2 calls the kind of what carries tags. */
const TAGGED: Record<string, string | undefined> = {
  'aws:ec2/eip:Eip': 'elastic-ip',
  'aws:ec2/internetGateway:InternetGateway': 'internet-gateway',
  'aws:ec2/natGateway:NatGateway': 'natgateway',
  'aws:ec2/routeTable:RouteTable': 'route-table',
  'aws:ec2/securityGroup:SecurityGroup': 'security-group',
  'aws:ec2/subnet:Subnet': 'subnet',
  'aws:ec2/vpc:Vpc': 'vpc',
  'aws:ec2/vpcEndpoint:VpcEndpoint': 'vpc-endpoint',
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': 'security-group-rule',
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': 'security-group-rule',
};

/** Undefined: it cannot be told, for there is none, there are several, or nothing tells whose it is. */
export async function findAddress(
  name: string,
  { accountId, region }: Place,
  type: string,
  inputs: Record<string, unknown>,
): Promise<string | undefined> {
  const known = addressOf(type, inputs, { account: accountId, region });
  if (known !== undefined) return known;
  const ec2 = new EC2Client({ region });
  if (type === 'aws:ec2/launchTemplate:LaunchTemplate') {
    const { LaunchTemplates = [] } = await ec2.send(
      new DescribeLaunchTemplatesCommand({
        Filters: [{ Name: 'launch-template-name', Values: [String(inputs.name)] }],
      }),
    );
    return LaunchTemplates[0]?.LaunchTemplateId;
  }
  const kind = TAGGED[type];
  const called = (inputs.tags as Record<string, string> | undefined)?.Name;
  if (kind === undefined || called === undefined) return undefined;
  const ids = async (key: string, value: string) => {
    const { Tags = [] } = await ec2.send(
      new DescribeTagsCommand({
        Filters: [
          { Name: 'resource-type', Values: [kind] },
          { Name: 'key', Values: [key] },
          { Name: 'value', Values: [value] },
        ],
      }),
    );
    return Tags.flatMap(({ ResourceId }) => ResourceId ?? []);
  };
  const [own, named] = [new Set(await ids('installation', name)), await ids('Name', called)];
  const [found, ...more] = named.filter((id) => own.has(id));
  return more.length === 0 ? found : undefined;
}
