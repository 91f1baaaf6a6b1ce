/** What is watched, and from when on somebody hears of it. Pure. */

type Watched = 'balancer' | 'targets' | 'database' | 'queue' | 'certificate';

export interface Alarm {
  name: string;
  alarmDescription: string;
  namespace: string;
  metricName: string;
  statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum';
  comparisonOperator: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold: number;
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  treatMissingData: 'breaching' | 'notBreaching';
  /** Dimensions, and whose they are. */
  of: Record<string, Watched>;
}

const GIB = 1024 ** 3;

/** `diskGb`: of PostgreSQL, in GiB. */
export const alarmsOf = (diskGb: number): Alarm[] => [
  {
    name: 'no-healthy-host',
    alarmDescription: 'The platform does not answer. `cove doctor` looks for the cause.',
    namespace: 'AWS/ApplicationELB',
    metricName: 'HealthyHostCount',
    statistic: 'Minimum',
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    period: 60,
    evaluationPeriods: 5,
    treatMissingData: 'breaching',
    of: { LoadBalancer: 'balancer', TargetGroup: 'targets' },
  },
  {
    name: 'server-errors',
    alarmDescription:
      'More than ten answers in five minutes were errors of ours. `cove logs api` shows them.',
    namespace: 'AWS/ApplicationELB',
    metricName: 'HTTPCode_Target_5XX_Count',
    statistic: 'Sum',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 10,
    period: 300,
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
    of: { LoadBalancer: 'balancer', TargetGroup: 'targets' },
  },
  {
    name: 'database-cpu',
    alarmDescription: 'PostgreSQL has had more than 90 % of its processors at work for 15 minutes.',
    namespace: 'AWS/RDS',
    metricName: 'CPUUtilization',
    statistic: 'Average',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 90,
    period: 300,
    evaluationPeriods: 3,
    treatMissingData: 'notBreaching',
    of: { DBInstanceIdentifier: 'database' },
  },
  {
    name: 'database-disk',
    alarmDescription:
      'PostgreSQL has less than a tenth of its disk left. It grows by itself up to ten times its size.',
    namespace: 'AWS/RDS',
    metricName: 'FreeStorageSpace',
    statistic: 'Minimum',
    comparisonOperator: 'LessThanThreshold',
    threshold: (diskGb / 10) * GIB,
    period: 300,
    evaluationPeriods: 2,
    treatMissingData: 'notBreaching',
    of: { DBInstanceIdentifier: 'database' },
  },
  {
    name: 'queue-memory',
    alarmDescription:
      'Valkey has more than 80 % of its memory in use. When it is full, jobs wait longer to be found.',
    namespace: 'AWS/ElastiCache',
    metricName: 'DatabaseMemoryUsagePercentage',
    statistic: 'Maximum',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 80,
    period: 300,
    evaluationPeriods: 2,
    treatMissingData: 'notBreaching',
    of: { ReplicationGroupId: 'queue' },
  },
  {
    name: 'certificate',
    alarmDescription: 'The certificate runs out in less than three weeks. Is its DNS record still there?',
    namespace: 'AWS/CertificateManager',
    metricName: 'DaysToExpiry',
    statistic: 'Minimum',
    comparisonOperator: 'LessThanThreshold',
    threshold: 21,
    period: 86_400,
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
    of: { CertificateArn: 'certificate' },
  },
];
