/** What of the project's facts will not do, each with its cure. Pure. */
import type { GcpConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import type { Facts } from './facts.ts';

export function judge(config: GcpConfig, facts: Facts): Finding[] {
  const { projectId } = config;
  const needed = `a login to project ${projectId}`;
  if (facts.project === null)
    return [
      fail(
        'login',
        'this login does not see the project',
        needed,
        '`gcloud projects list` tells which it sees; correct projectId, or let somebody give you access.',
      ),
    ];
  if (facts.project.state !== 'ACTIVE')
    return [
      fail('login', `project ${projectId} is ${facts.project.state}`, needed, 'Let its owner restore it.'),
    ];
  const login = ok('login', `project ${projectId}`);
  if (facts.missingApis.length > 0)
    return [
      login,
      fail(
        'APIs',
        `not enabled: ${facts.missingApis.join(', ')}`,
        'every API that the installation uses',
        `\`gcloud services enable ${facts.missingApis.join(' ')} --project ${projectId}\``,
      ),
    ];
  return [
    login,
    ok('APIs', 'all enabled'),
    region(config, facts),
    ...quotas(config, facts),
    ...zone(config, facts),
  ];
}

function region({ region: name }: GcpConfig, facts: Facts): Finding {
  return facts.region
    ? ok('region', name)
    : fail(
        'region',
        `the project has no region ${name}`,
        'a region that is open to the project',
        '`gcloud compute regions list` tells which there are.',
      );
}

/** Two addresses of NAT; and GPUs that are added to machines, of all environments at once. */
function quotas({ network, environments }: GcpConfig, facts: Facts): Finding[] {
  const wanted = new Map<string, number>();
  if (network.kind === 'dedicated' && !network.private) wanted.set('STATIC_ADDRESSES', 2);
  for (const { gpu, ceiling } of environments)
    if (gpu !== undefined) {
      const metric = `${gpu.type
        .replace(/^nvidia-(tesla-)?/, 'nvidia-')
        .toUpperCase()
        .replaceAll('-', '_')}_GPUS`;
      wanted.set(metric, (wanted.get(metric) ?? 0) + gpu.count * ceiling);
    }
  return [...wanted].flatMap(([metric, count]) => {
    const quota = facts.region?.quotas.find((one) => one.metric === metric);
    if (quota === undefined) return [];
    // What an `up` before this one made counts too; a first one needs all of it.
    if (quota.limit >= count) return [ok('quota', `${metric}: ${quota.limit}, ${quota.usage} in use`)];
    return [
      fail(
        'quota',
        `${metric} is ${quota.limit}`,
        `${count}, for the ceilings of the config`,
        'Ask for more under "Quotas & System Limits", or lower the ceilings.',
      ),
    ];
  });
}

function zone({ dns, publicName }: GcpConfig, { zone: found }: Facts): Finding[] {
  if (dns.kind !== 'zone') return [];
  if (!found)
    return [
      fail(
        'zone',
        `there is no zone ${dns.zoneId}`,
        `a public zone that serves ${publicName}`,
        '`gcloud dns managed-zones list` tells which there are.',
      ),
    ];
  const serves = `${publicName}.`.endsWith(`.${found.dnsName}`) || `${publicName}.` === found.dnsName;
  if (serves && found.visibility !== 'private') return [ok('zone', found.dnsName)];
  return [
    fail(
      'zone',
      `${dns.zoneId} is a ${found.visibility ?? 'public'} zone of ${found.dnsName}`,
      `a public zone that serves ${publicName}`,
      'Name the right zone, or another publicName.',
    ),
  ];
}
