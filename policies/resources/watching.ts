/** Who hears when it is unwell (OPS-03), per cloud. */
import { type Finding, type Seen, untilUnknown } from '../policy.ts';
import { ofKind, type Resource } from '../resource.ts';

/** What is asked of each cloud's alarms: what they are about, and words by which such an alarm is known. */
const WANTED: Record<string, RegExp> = {
  health: /UnHealthyHostCount|HealthyHostCount|uptime_check|instance\/uptime|UnhealthyHost/i,
  disks: /disk_used|DiskSpace|disk\/percent_used|EBS|VolumeQueue|DiskUsed|OS Disk|disk/i,
  'the database’s storage': /FreeStorageSpace|cloudsql.*disk|database\/disk|storage_percent/i,
  'the certificate’s end': /DaysToExpiry|ssl.*(expir|validity)|time_until_ssl|certificate/i,
};

interface Cloud {
  alarms: string[];
  budgets: string[];
  logs: Record<string, string>;
  /** Without one of these there is nothing to watch yet. */
  of: string;
}
const CLOUDS: Cloud[] = [
  {
    of: 'aws.lb.LoadBalancer',
    alarms: ['aws.cloudwatch.MetricAlarm'],
    budgets: ['aws.budgets.Budget'],
    logs: { 'aws.cloudwatch.LogGroup': 'retentionInDays' },
  },
  {
    of: 'gcp.sql.DatabaseInstance',
    alarms: ['gcp.monitoring.AlertPolicy', 'gcp.monitoring.UptimeCheckConfig'],
    budgets: ['gcp.billing.Budget'],
    logs: { 'gcp.logging.ProjectBucketConfig': 'retentionDays' },
  },
  {
    of: 'azure-native.dbforpostgresql.Server',
    alarms: ['azure-native.monitor.MetricAlert', 'azure-native.monitor.ScheduledQueryRule'],
    budgets: ['azure-native.consumption.Budget', 'azure-native.costmanagement.Budget'],
    logs: { 'azure-native.operationalinsights.Workspace': 'retentionInDays' },
  },
];

/** All that is said of an alarm; what is only known later is passed over, since the rest tells what it watches. */
const words = ({ name, props }: Resource): string => `${name} ${knownWords(props)}`;

function knownWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const said = Object.keys(value).map((key) => [
    ...untilUnknown(() => [knownWords((value as Record<string, unknown>)[key])]),
  ]);
  return said.flat().join(' ');
}

export function isWatchedOver(seen: Seen): Finding[] {
  const clouds = CLOUDS.flatMap((cloud) => [...untilUnknown(() => looked(cloud, seen))]);
  return [...clouds, ...untilUnknown(() => elsewhere(seen))];
}

function* looked({ of, alarms, budgets, logs }: Cloud, { resources }: Seen): Iterable<Finding> {
  for (const [kind, property] of Object.entries(logs)) {
    for (const resource of ofKind(resources, kind)) {
      if (!(Number(resource.props[property]) > 0))
        yield { resource, found: `its logs have no end (${property})` };
    }
  }
  if (!resources.some(({ kind }) => kind === of)) return;
  const told = ofKind(resources, ...alarms).map(words);
  const missing = Object.entries(WANTED).filter(([, word]) => !told.some((text) => word.test(text)));
  if (missing.length > 0) yield { found: `no alarm tells of ${missing.map(([what]) => what).join(', ')}` };
  if (ofKind(resources, ...budgets).length === 0) yield { found: 'there is no budget' };
}

/** In a cluster and on one's own machine somebody else watches; where others depend on it, that is said once. */
function* elsewhere({ resources, facts }: Seen): Iterable<Finding> {
  const [workload] = ofKind(resources, 'kubernetes.Deployment');
  if (
    workload !== undefined &&
    !resources.some(({ kind }) => /PrometheusRule|ServiceMonitor|PodMonitor/.test(kind))
  )
    yield { resource: workload, found: 'nothing tells the cluster’s monitoring to watch it' };
  const [supervisor] = ofKind(resources, 'cove.Supervisor');
  if (supervisor !== undefined && facts.shared)
    yield {
      resource: supervisor,
      found:
        'others use this machine, and nobody is told when it is unwell; let your monitoring run `npx cove doctor --json`',
    };
}
