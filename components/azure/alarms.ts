/** What is watched, and from when on somebody hears of it. Pure. Metrics: Azure Monitor, "Supported metrics". */

type Watched = 'gateway' | 'database' | 'queue';

export interface Alarm {
  name: string;
  description: string;
  /** Whose metric it is. */
  of: Watched;
  metricName: string;
  metricNamespace: string;
  timeAggregation: 'Average' | 'Maximum' | 'Minimum' | 'Total';
  operator: 'GreaterThan' | 'LessThan';
  threshold: number;
  /** Of ISO 8601, such as PT5M. */
  windowSize: 'PT5M' | 'PT15M';
  /** Narrows the metric. */
  dimensions?: Record<string, string>;
}

export const ALARMS: Alarm[] = [
  {
    name: 'no-healthy-host',
    description: 'The platform does not answer. `cove doctor` looks for the cause.',
    of: 'gateway',
    metricNamespace: 'Microsoft.Network/applicationGateways',
    metricName: 'HealthyHostCount',
    timeAggregation: 'Average',
    operator: 'LessThan',
    threshold: 1,
    windowSize: 'PT5M',
  },
  {
    name: 'server-errors',
    description: 'More than ten answers in five minutes were errors of ours. `cove logs api` shows them.',
    of: 'gateway',
    metricNamespace: 'Microsoft.Network/applicationGateways',
    metricName: 'BackendResponseStatus',
    dimensions: { HttpStatusGroup: '5xx' },
    timeAggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 10,
    windowSize: 'PT5M',
  },
  {
    name: 'database-cpu',
    description: 'PostgreSQL has had more than 90 % of its processors at work for 15 minutes.',
    of: 'database',
    metricNamespace: 'Microsoft.DBforPostgreSQL/flexibleServers',
    metricName: 'cpu_percent',
    timeAggregation: 'Average',
    operator: 'GreaterThan',
    threshold: 90,
    windowSize: 'PT15M',
  },
  {
    name: 'database-disk',
    description: 'PostgreSQL has less than a tenth of its disk left. It grows by itself, up to 32 TiB.',
    of: 'database',
    metricNamespace: 'Microsoft.DBforPostgreSQL/flexibleServers',
    metricName: 'storage_percent',
    timeAggregation: 'Maximum',
    operator: 'GreaterThan',
    threshold: 90,
    windowSize: 'PT5M',
  },
  {
    name: 'queue-memory',
    description:
      'Redis has more than 80 % of its memory in use. When it is full, jobs wait longer to be found.',
    of: 'queue',
    metricNamespace: 'Microsoft.Cache/redisEnterprise',
    metricName: 'usedmemorypercentage',
    timeAggregation: 'Maximum',
    operator: 'GreaterThan',
    threshold: 80,
    windowSize: 'PT5M',
  },
];

/** Days before the certificate's end from which on somebody hears of it. */
const DAYS = 21;
/** Answers a row when the certificate's end is near: known by its date, or told by the key vault that holds it. */
export const certificateQuery = (notAfter: string | undefined): string =>
  notAfter === undefined
    ? 'AzureDiagnostics | where OperationName == "CertificateNearExpiryEventGridNotification"'
    : `print left = datetime_diff("day", datetime(${notAfter}), now()) | where left < ${DAYS}`;
