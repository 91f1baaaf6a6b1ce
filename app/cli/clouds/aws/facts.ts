/** What the account says, asked before the engine starts; what it means is decided in `judge.ts`. */
import {
  DescribeAddressesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  paginateDescribeInstanceTypeOfferings,
} from '@aws-sdk/client-ec2';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import { type Machines, type Need, QUOTAS, type QuotaFact, wantedMachines } from './judge.ts';
import { asked, isAbsent } from './trouble.ts';

export async function lookAtMachines(config: AwsConfig | AwsWorkersConfig): Promise<Machines> {
  const client = new EC2Client({ region: config.region });
  const wanted = [...new Set(wantedMachines(config).map(({ machineType }) => machineType))];
  const offered: string[] = [];
  const pages = paginateDescribeInstanceTypeOfferings(
    { client },
    { LocationType: 'region', Filters: [{ Name: 'instance-type', Values: wanted }] },
  );
  for await (const page of await asked(Promise.resolve(pages)))
    offered.push(...(page.InstanceTypeOfferings ?? []).flatMap(({ InstanceType }) => InstanceType ?? []));
  if (offered.length === 0) return new Map();
  const { InstanceTypes = [] } = await asked(
    client.send(new DescribeInstanceTypesCommand({ InstanceTypes: offered as never })),
  );
  return new Map(
    InstanceTypes.flatMap(({ InstanceType, VCpuInfo }) =>
      InstanceType === undefined ? [] : [[InstanceType as string, { vcpus: VCpuInfo?.DefaultVCpus ?? 0 }]],
    ),
  );
}

export async function lookAtQuotas(
  { region }: AwsConfig | AwsWorkersConfig,
  needs: Need[],
): Promise<QuotaFact[]> {
  const client = new ServiceQuotasClient({ region });
  const { Addresses = [] } = await asked(new EC2Client({ region }).send(new DescribeAddressesCommand({})));
  return Promise.all(
    needs.map(async (need) => {
      const ask = new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: QUOTAS[need.quota].code });
      // An account that does not let us ask is no reason to stop.
      const limit = await client.send(ask).then(
        ({ Quota }) => Quota?.Value ?? null,
        () => null,
      );
      return { ...need, limit, used: need.quota === 'addresses' ? Addresses.length : 0 };
    }),
  );
}

export async function lookAtImages({ region, machineImages }: AwsConfig | AwsWorkersConfig) {
  const ids = Object.values(machineImages).filter((id) => id !== undefined);
  const client = new EC2Client({ region });
  const seen = new Map<string, { state: string; architecture: string }>();
  for (const id of ids) {
    const { Images = [] } = await client
      .send(new DescribeImagesCommand({ ImageIds: [id] }))
      .catch((error: Error) => {
        if (/InvalidAMIID/.test(error.name)) return { Images: [] };
        return asked(Promise.reject<{ Images: never[] }>(error));
      });
    for (const { State = '', Architecture = '' } of Images)
      seen.set(id, { state: State, architecture: Architecture });
  }
  return seen;
}

export async function lookAtZone({ region, dns }: AwsConfig) {
  if (dns.kind === 'elsewhere') return undefined;
  try {
    const { HostedZone } = await new Route53Client({ region }).send(
      new GetHostedZoneCommand({ Id: dns.zoneId }),
    );
    return { name: HostedZone?.Name ?? '', isPrivate: HostedZone?.Config?.PrivateZone === true };
  } catch (error) {
    if (isAbsent(error)) return null;
    return asked(Promise.reject<null>(error));
  }
}

/** Actions that the login may not take. Null: it may not simulate either, or the service does not do it. */
export async function simulate(
  principal: string,
  { region }: { region: string },
  actions: readonly string[],
): Promise<string[] | null> {
  try {
    const { EvaluationResults = [] } = await new IAMClient({ region }).send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: principal, ActionNames: [...actions] }),
    );
    return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed').flatMap(
      ({ EvalActionName }) => EvalActionName ?? [],
    );
  } catch {
    return null;
  }
}
