/** What of the project's facts will not do, each with its cure. Pure. */
import { overlaps, parseCidr } from '../../../../config/cidr.ts';
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';
import { judgeExisting } from './existing.ts';
import type { Facts } from './facts.ts';
import { needsOf, wantedMachines } from './wanted.ts';

export function judge(config: GcpConfig | GcpWorkersConfig, facts: Facts): Finding[] {
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
    permissions(config, facts),
    region(config, facts),
    ...(facts.region === null ? [] : [...machines(config, facts), ...quotas(config, facts)]),
    ...images(config, facts),
    ...networks(config, facts),
    ...('joins' in config ? [] : zone(config, facts)),
  ];
}

function region({ region: name }: GcpConfig | GcpWorkersConfig, facts: Facts): Finding {
  return facts.region
    ? ok('region', name)
    : fail(
        'region',
        `the project has no region ${name}`,
        'a region that is open to the project',
        '`gcloud compute regions list` tells which there are.',
      );
}

/** Of those that the project's have; a first `up` needs all of it, and what an earlier one made counts as used. */
function quotas(config: GcpConfig | GcpWorkersConfig, { region: found, machines }: Facts): Finding[] {
  return needsOf(config, machines).flatMap(({ metric, least, most }) => {
    const quota = found?.quotas.find((one) => one.metric === metric);
    if (quota === undefined) return [];
    const { limit, usage } = quota;
    const seen = `${metric}: ${limit}, ${usage} in use`;
    const todo = 'Ask for more under "Quotas & System Limits", or lower the ceilings.';
    if (limit < least) return [fail('quota', seen, `at least ${least}`, todo)];
    if (limit < most) return [warn('quota', seen, `${most} for all machines below the ceilings`, todo)];
    return [ok('quota', seen)];
  });
}

function permissions({ projectId }: GcpConfig | GcpWorkersConfig, { denied }: Facts): Finding {
  if (denied.length === 0) return ok('permissions', 'every permission that was asked about is there');
  return fail(
    'permissions',
    `this login has not ${denied.join(', ')}`,
    'all that an installation is made with',
    `Let an administrator of ${projectId} give it the role of docs/gcp-permissions.json (docs/gcp.md, "Rights").`,
  );
}

/** A group spreads its machines over the zones of the region. */
function machines(
  config: GcpConfig | GcpWorkersConfig,
  { region: found, machines: offers }: Facts,
): Finding[] {
  const all = found?.zones.length ?? 0;
  const problems = wantedMachines(config).flatMap(({ where, machineType, gpu }) =>
    [machineType, ...(gpu === undefined ? [] : [gpu.type])].flatMap((type) => {
      const zones = offers.get(type)?.zones ?? [];
      if (zones.length === all) return [];
      const list = type === machineType ? 'machine-types' : 'accelerator-types';
      const todo = `Choose another, or another region. \`gcloud compute ${list} list\` tells which there are.`;
      if (zones.length === 0)
        return [fail('machines', `${config.region} has no ${type}`, `it, for ${where}`, todo)];
      const seen = `${type} is in ${zones.join(', ')} alone`;
      return [warn('machines', seen, `all zones of ${config.region}, for ${where}`, todo)];
    }),
  );
  return problems.length === 0 ? [ok('machines', `${config.region} has every machine type`)] : problems;
}

function images({ machineImages }: GcpConfig | GcpWorkersConfig, { images: found }: Facts): Finding[] {
  return Object.entries(machineImages).flatMap(([use, name]) => {
    if (name === undefined) return [];
    const image = found.get(name) ?? null;
    const todo = `Correct machineImages.${use}, or let your login and the project's service agents use it (roles/compute.imageUser).`;
    if (image === null) return [fail('image', `there is no ${name}`, `a machine image for ${use}`, todo)];
    if (image.status !== 'READY')
      return [fail('image', `${name} is ${image.status}`, 'an image that is READY', 'Wait until it is.')];
    if (image.architecture !== undefined && image.architecture !== 'X86_64')
      return [fail('image', `${name} is for ${image.architecture}`, 'X86_64', todo)];
    return [ok('image', `${name} (${use}) is there`)];
  });
}

function networks(config: GcpConfig | GcpWorkersConfig, { existing, others }: Facts): Finding[] {
  const { network } = config;
  if (network.kind === 'existing') return judgeExisting(config, network, existing ?? null);
  const own = parseCidr(network.cidr);
  const clash = others.filter(({ cidr }) => overlaps(parseCidr(cidr), own));
  if (clash.length === 0) return [ok('network', `${network.cidr} overlaps no network of the project`)];
  return [
    warn(
      'network',
      `${network.cidr} overlaps ${clash.map(({ id, cidr }) => `${id} (${cidr})`).join(', ')}`,
      'addresses of its own, if the two shall ever be connected',
      'Choose another network.cidr now: it cannot be changed later.',
    ),
  ];
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
